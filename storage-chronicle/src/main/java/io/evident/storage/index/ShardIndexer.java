package io.evident.storage.index;

import io.evident.pipeline.journal.BlockReader;
import io.evident.storage.index.active.BlockTerms;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.agrona.concurrent.Agent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Indexes the blocks of all shards: what was just journaled, each shard in turn; and between, a little at a time, what has
 * no part from before, the newest segments first. A duty-cycle agent.
 */
@SuppressWarnings("NonAtomicVolatileUpdate") // Figures that only the indexer's thread writes.
final class ShardIndexer implements Agent {
    private static final Logger LOG = LoggerFactory.getLogger(ShardIndexer.class);
    private static final int LIVE_BLOCKS = 16;
    private static final int OLD_BLOCKS = 8;

    private final List<PartBuilder> live = new CopyOnWriteArrayList<>();
    private final BlockReader reader = new BlockReader();
    private final BlockTerms terms = new BlockTerms();
    private final Runnable onComplete;
    private PartBuilder old;
    private boolean hasTold;
    private volatile boolean damageSeen;
    private volatile long eventsIndexed;
    private volatile long rebuilds;
    private volatile long damagedParts;

    /** @param onComplete is told when there is a part to write, once what it covers is forced */
    ShardIndexer(Runnable onComplete) {
        this.onComplete = onComplete;
    }

    /** Indexes one shard more. Any thread. */
    void add(IndexedShard shard) {
        live.add(new PartBuilder(shard, shard.foundBlocks(), Integer.MAX_VALUE, terms, onComplete));
    }

    @Override
    public int doWork() {
        int work = 0;
        for (PartBuilder shard : live) {
            work += shard.take(LIVE_BLOCKS, reader);
        }
        if (damageSeen) {
            damageSeen = false;
            dropDamaged();
        }
        work += takeOld();
        if (work > 0) {
            eventsIndexed += work;
        }
        return work;
    }

    private void dropDamaged() {
        for (PartBuilder each : live) {
            damagedParts += each.shard().dropDamaged();
        }
    }

    /** There is a part that turned out to be damaged. Any thread; to be woken behind it. */
    void sawDamage() {
        damageSeen = true;
    }

    private int takeOld() {
        if (old == null) {
            old = nextOld();
            if (old == null) {
                return 0;
            }
            rebuilds++;
        }
        int events = old.take(OLD_BLOCKS, reader);
        old = old.isDone() ? null : old;
        return events;
    }

    /** The next run of blocks without a part; only as fast as the files can be written. */
    private PartBuilder nextOld() {
        boolean waits = false;
        for (PartBuilder each : live) {
            IndexedShard shard = each.shard();
            if (shard.hasGaps() && shard.hasManyWaiting()) {
                waits = true;
            } else if (shard.hasGaps()) {
                int[] gap = shard.lastGap(each.begin());
                if (gap != null) {
                    tell(shard);
                    return new PartBuilder(shard, gap[0], gap[1], terms, onComplete);
                }
            }
        }
        if (hasTold && !waits) {
            hasTold = false;
            LOG.info("the index is complete");
        }
        return null;
    }

    private void tell(IndexedShard shard) {
        if (!hasTold) {
            hasTold = true;
            LOG.info(
                    "shard {}, and others perhaps: the index of {} events is missing; it is made from the journal,"
                            + " and queries read what it does not cover yet",
                    shard.blocks().shard(),
                    shard.eventsBehind());
        }
    }

    @Override
    public String roleName() {
        return "indexer";
    }

    long eventsIndexed() {
        return eventsIndexed;
    }

    long rebuilds() {
        return rebuilds;
    }

    long damagedParts() {
        return damagedParts;
    }
}
