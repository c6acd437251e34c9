package io.evident.server.retention;

import io.evident.pipeline.journal.BlockSource;
import io.evident.storage.archive.ArchiveWriter;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * Where an age cuts a shard: in front of the first block that has an event which was received since. So nothing is cut off that
 * is not as old, in whatever order the blocks came: events of the emergency journal may be written long after they were received,
 * and a wall clock may have been set. For each age a place is kept that only moves forward, and each block is read about once: when
 * it gets old. When the clock goes back, all places are forgotten: they were found by one that was ahead. For the retention thread.
 */
final class AgeCuts {
    private final ArchiveWriter.Pace pace;
    /** By shard. */
    private final Map<Integer, Known> known = new HashMap<>();

    private long lastNowNs = Long.MIN_VALUE;

    /**
     * What is known of a shard.
     *
     * @param places by age in seconds: the first block that was not old
     */
    private record Known(TreeMap<Long, Integer> places, OldBlocks blocks) {}

    /** @param pace holds the reading back; what it throws ends the work */
    AgeCuts(ArchiveWriter.Pace pace) {
        this.pace = pace;
    }

    /**
     * The first sequence that is kept.
     *
     * @param sealed the shard's sealed segments
     * @param nowNs nanoseconds since 1970
     * @param goOn asked before each step; when not, what was reached is the answer, and the next call goes on there
     */
    long cut(RetainedShard shard, List<Integer> sealed, long ageSeconds, long nowNs, BooleanSupplier goOn)
            throws IOException {
        if (nowNs < lastNowNs) {
            known.clear();
        }
        lastNowNs = nowNs;
        Known of = known.computeIfAbsent(
                shard.blocks().shard(), key -> new Known(new TreeMap<>(), new OldBlocks(shard, pace)));
        int from = 0;
        for (int place : of.places.tailMap(ageSeconds, true).values()) {
            // What is older than a longer age is older than this one.
            from = Math.max(from, place);
        }
        int kept = of.blocks.firstKept(sealed, from, nowNs, ageSeconds, goOn);
        of.places.put(ageSeconds, kept);
        return kept == 0 ? 0 : before(shard, kept);
    }

    /**
     * The first sequence that is kept when all blocks in front of one are old: not behind what is forced, as sequences that a power
     * cut takes come again; and where some have, not above one that is kept.
     */
    private static long before(RetainedShard shard, int kept) {
        BlockSource blocks = shard.blocks();
        long cut = Math.min(blocks.block(kept - 1).lastSequence(), shard.syncedSequence()) + 1;
        return Math.min(cut, ComingAgain.smallestFrom(blocks, kept));
    }
}
