package io.evident.sharding.tail;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.journal.BlockSource;
import io.evident.pipeline.journal.FailedVolumeException;
import io.evident.pipeline.retention.ShardHorizon;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The block of one shard that was read last, for all who want events of it. The tail's thread only. */
final class BlockHolder {
    private static final Logger LOG = LoggerFactory.getLogger(BlockHolder.class);
    private static final long RETRY_INTERVAL_NS = 1_000_000_000L;

    private final BlockSource source;
    /** When to try again, by the index of a block that could not be read. */
    private final Map<Integer, Long> retryAtNs = new HashMap<>();
    /** Blocks on a failed volume that somebody was at, by index. */
    private final Set<Integer> skipped = new HashSet<>();

    private FollowTable table;
    /** Holds the last block, or {@code null} when there is none. */
    private BlockReader reader;

    BlockHolder(BlockSource source) {
        this.source = source;
    }

    /** Lets go of the block: nobody follows. */
    void release() {
        reader = null;
        table = null;
        retryAtNs.clear();
        skipped.clear();
    }

    /**
     * Offers the events of a block to followings that are at it, without those that have expired.
     *
     * @return 1, or 0 when the block cannot be read
     */
    int offer(int index, List<Follow> follows, ShardHorizon horizon, long nowNs) {
        BlockInfo block = source.block(index);
        if (follows.stream().allMatch(follow -> horizon.hidesAllThrough(block.lastSequence(), follow.scope()))) {
            follows.forEach(follow -> follow.skip(source.shard(), block));
            return 1;
        }
        Long notBeforeNs = retryAtNs.get(index);
        if (notBeforeNs != null && nowNs - notBeforeNs < 0) {
            return 0;
        }
        try {
            hold(block);
            offer(index, block, tableOf(follows), horizon);
        } catch (FailedVolumeException e) {
            reader = null;
            if (skipped.add(index)) {
                LOG.error("the live tail goes on without {}: {}", block, e.getMessage());
            }
            follows.forEach(follow -> follow.skip(source.shard(), block));
            return 1;
        } catch (IOException | IllegalStateException e) {
            reader = null;
            if (retryAtNs.put(index, nowNs + RETRY_INTERVAL_NS) == null) {
                LOG.error(
                        "shard {}: the live tail cannot read {}; whoever follows waits in front of it",
                        source.shard(),
                        block,
                        e);
            }
            return 0;
        }
        retryAtNs.remove(index);
        return 1;
    }

    private void offer(int index, BlockInfo block, FollowTable followings, ShardHorizon horizon) {
        Set<Follow> stopped = new HashSet<>();
        int shard = source.shard();
        while (stopped.size() < followings.all().size() && reader.next()) {
            if (horizon.hides(reader.event(), reader.sequence())) {
                continue;
            }
            followings.candidates(reader.event(), follow -> {
                if (!stopped.contains(follow) && !follow.offer(shard, block, reader.sequence(), reader.event())) {
                    stopped.add(follow);
                }
            });
        }
        for (Follow follow : followings.all()) {
            // Whoever took the last event is behind the block already.
            if (!stopped.contains(follow) && follow.blockIndex(shard) == index) {
                follow.skip(shard, block);
            }
        }
    }

    /** Mostly the same followings come to the next block together. */
    private FollowTable tableOf(List<Follow> follows) {
        if (table == null || !table.isOf(follows)) {
            table = new FollowTable(follows);
        }
        return table;
    }

    private void hold(BlockInfo block) throws IOException {
        if (reader != null && block.equals(reader.block())) {
            reader.beginAgain();
            return;
        }
        BlockReader into = reader != null ? reader : new BlockReader();
        // Until the read has succeeded, the buffer holds neither the old block nor the new one.
        reader = null;
        source.read(block, into);
        reader = into;
    }
}
