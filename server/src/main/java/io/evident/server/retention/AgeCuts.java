package io.evident.server.retention;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.journal.BlockSource;
import io.evident.storage.archive.ArchiveWriter;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where an age cuts a shard: in front of the first block that has an event which was received since. So nothing is cut off that
 * is not as old, in whatever order the blocks came: events of the emergency journal may be written long after they were received,
 * and a wall clock may have been set. For each age a place is kept that only moves forward, and each block is read about once: when
 * it gets old. A sealed segment of which all is old is passed over by its tally. For the retention thread.
 */
final class AgeCuts {
    private static final Logger LOG = LoggerFactory.getLogger(AgeCuts.class);
    /** So many blocks in a row that cannot be read are passed over when one behind them is old. */
    private static final int MOST_UNREADABLE = 10_000;

    private final ArchiveWriter.Pace pace;
    private final BlockReader reader = new BlockReader();
    /** By shard and age in seconds: the first block that was not old. */
    private final Map<Integer, TreeMap<Long, Integer>> places = new HashMap<>();

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
        BlockSource blocks = shard.blocks();
        TreeMap<Long, Integer> known = places.computeIfAbsent(blocks.shard(), key -> new TreeMap<>());
        int from = 0;
        for (int place : known.tailMap(ageSeconds, true).values()) {
            // What is older than a longer age is older than this one.
            from = Math.max(from, place);
        }
        int kept = walk(shard, sealed, from, nowNs - TimeUnit.SECONDS.toNanos(ageSeconds), goOn);
        known.put(ageSeconds, kept);
        return kept == 0 ? 0 : blocks.block(kept - 1).lastSequence() + 1;
    }

    /** The first block that may have an event which was received at a time or later. */
    private int walk(RetainedShard shard, List<Integer> sealed, int from, long oldBeforeNs, BooleanSupplier goOn)
            throws IOException {
        BlockSource blocks = shard.blocks();
        int count = blocks.blockCount();
        int kept = Math.min(count, blocks.nextKept(from));
        int at = kept;
        int segment = -1;
        int unreadable = 0;
        while (at < count && unreadable <= MOST_UNREADABLE && goOn.getAsBoolean()) {
            BlockInfo block = blocks.block(at);
            boolean enters = block.segment() != segment;
            segment = block.segment();
            Long newestNs;
            int behind;
            if (enters && sealed.contains(segment) && isOld(shard, segment, oldBeforeNs)) {
                newestNs = Long.MIN_VALUE;
                behind = behindSegment(blocks, at, count);
            } else {
                newestNs = newestIn(blocks, block);
                behind = at + 1;
            }
            if (newestNs != null && newestNs >= oldBeforeNs) {
                return kept;
            }
            at = Math.min(count, blocks.nextKept(behind));
            kept = newestNs == null ? kept : at;
            unreadable = newestNs == null ? unreadable + 1 : 0;
        }
        return kept;
    }

    private static boolean isOld(RetainedShard shard, int segment, long oldBeforeNs) throws IOException {
        try {
            return shard.content(segment).newestReceivedNs() < oldBeforeNs;
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            LOG.debug("segment {} has to be looked at block by block", shard.name(segment), e);
            return false;
        }
    }

    private static int behindSegment(BlockSource blocks, int at, int count) {
        int segment = blocks.block(at).segment();
        int behind = at + 1;
        while (behind < count && blocks.block(behind).segment() == segment) {
            behind++;
        }
        return behind;
    }

    /** When the newest event of a block was received; {@code null} when it cannot be read. */
    private Long newestIn(BlockSource blocks, BlockInfo block) throws IOException {
        pace.spend(block.lengthBytes());
        try {
            blocks.read(block, reader);
            long newestNs = Long.MIN_VALUE;
            while (reader.next()) {
                newestNs = Math.max(newestNs, reader.event().receivedTimeNs());
            }
            return newestNs;
        } catch (IOException | IllegalStateException e) {
            LOG.debug("the age of {} is not known, as it cannot be read", block, e);
            return null;
        }
    }
}
