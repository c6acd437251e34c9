package io.evident.pipeline.writer;

import io.evident.event.Refusal;
import io.evident.event.Tier;
import io.evident.pipeline.agent.WakingIdle;
import io.evident.pipeline.commit.Answers;
import io.evident.pipeline.commit.SyncBatch;
import io.evident.pipeline.commit.SyncQueue;
import io.evident.pipeline.commit.TimedForces;
import io.evident.pipeline.journal.Journal;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.Agent;

/**
 * Makes a shard's events SYNCED: forces its files and answers those who wait. One force serves all that was appended
 * before it began. Every shard has a committer of its own, so that the forces of several shards run side by side and
 * none adds to another's.
 *
 * <p>Forces are at least {@code minForceInterval} apart, which costs a waiting sender a fraction of a millisecond and
 * saves a third of the CPU; without demand there is one every {@code maxForceInterval} while anything is unforced.
 *
 * <p>A duty-cycle agent; its force may take as long as the disk does.
 */
public final class ShardCommitter implements Agent {
    /** The longest rest of a shard's that was given up, woken or not: who still hands over is answered by then. */
    private static final long GIVEN_UP_REST_NS = TimeUnit.MILLISECONDS.toNanos(20);
    /** The longest rest of all, where nobody waits: a server that does nothing wakes ten times a second for each shard. */
    private static final long MAX_REST_NS = TimeUnit.MILLISECONDS.toNanos(100);
    /** The longest rest from which a committer is not woken, be it to stop. */
    private static final long MAX_GATHERING_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final ShardContext shard;
    private final TimedForces forces;
    private final long minForceIntervalNs;
    private final long maxForceIntervalNs;
    private final ArrayDeque<SyncBatch> batches = new ArrayDeque<>();
    private final List<SyncQueue.LateWaiter> lateWaiters = new ArrayList<>();
    private long lastForceTick;

    ShardCommitter(ShardContext shard, long minForceIntervalNs, long maxForceIntervalNs) {
        this.shard = shard;
        this.forces = new TimedForces(shard.shard());
        this.minForceIntervalNs = minForceIntervalNs;
        this.maxForceIntervalNs = maxForceIntervalNs;
        this.lastForceTick = shard.clock().nanoTime() - maxForceIntervalNs;
    }

    /** Forces if it is time to; returns what it answered, at least 1 after a force. */
    @Override
    public int doWork() {
        if (shard.health().state() != ShardState.OPEN) {
            takeWaiting();
            shard.committerIdle().restAtMost(GIVEN_UP_REST_NS);
            return refuseWaiting();
        }
        if (shard.emergency() != null) {
            shard.emergency().synced(shard.frontier().synced());
        }
        boolean demand = shard.syncQueue().hasDemand();
        boolean dirty = shard.frontier().appended() > shard.frontier().synced();
        long sinceForceNs = shard.clock().nanoTime() - lastForceTick;
        if (!(demand || dirty) || sinceForceNs < (demand ? minForceIntervalNs : maxForceIntervalNs)) {
            rest(demand, dirty, sinceForceNs);
            return 0;
        }
        // What waits is taken before the frontier is read, so that all of it was appended before the force begins.
        takeWaiting();
        int answered = force();
        if (shard.health().state() != ShardState.OPEN) {
            // It was given up meanwhile, and this may be the last cycle: what came while the force hung waits for
            // nothing.
            takeWaiting();
            answered += refuseWaiting();
        }
        return answered;
    }

    /** Until it is time for the next force: whoever comes meanwhile has to wait for that, and wakes nobody. */
    private void rest(boolean demand, boolean dirty, long sinceForceNs) {
        if (demand) {
            shard.committerIdle().gather(Math.min(minForceIntervalNs - sinceForceNs, MAX_GATHERING_NS));
        } else {
            // Nobody wakes a committer for what was appended without demand: it has to look as often as that is to be
            // forced.
            shard.committerIdle().restAtMost(dirty ? maxForceIntervalNs - sinceForceNs : maxForceIntervalNs);
        }
    }

    /** How a committer's thread rests. */
    public static WakingIdle idle() {
        return new WakingIdle(0, MAX_REST_NS);
    }

    @Override
    public String roleName() {
        return "committer-" + shard.shard();
    }

    /** Ends the thread of its forces, if it has one. */
    @Override
    public void onClose() {
        forces.end();
    }

    private void takeWaiting() {
        shard.syncQueue().forceFollows();
        SyncBatch batch;
        while ((batch = shard.syncQueue().next()) != null) {
            batches.add(batch);
        }
        SyncQueue.LateWaiter late;
        while ((late = shard.syncQueue().nextLate()) != null) {
            lateWaiters.add(late);
        }
    }

    private int force() {
        // In this order: what was appended to the next journal when the shard goes over must not count as forced in
        // this.
        Journal journal = shard.journal();
        long target = shard.frontier().appended();
        long started = shard.clock().nanoTime();
        try {
            if (target > shard.frontier().synced()) {
                forces.force(journal);
            }
            if (shard.health().state() == ShardState.FAILING_OVER || shard.journal() != journal) {
                // An append failed meanwhile: what this force may have reached is not relied on.
                return refuseWaiting();
            }
            forced(target, started);
        } catch (IOException | RuntimeException | Error e) {
            // Whatever was thrown: a second force might succeed without having written what the first one lost.
            shard.fail(journal, e, "a force failed; nothing more that waits for it is called SYNCED");
            return refuseWaiting();
        }
        return 1 + acknowledgeWaiting(journal.incarnation(), lastForceTick);
    }

    private void forced(long target, long started) {
        lastForceTick = shard.clock().nanoTime();
        shard.latencies().force().record(lastForceTick - started);
        shard.frontier().advanceSynced(target);
        shard.listener().onSynced(shard.shard(), target);
    }

    /** What waits from an earlier incarnation, which failed, is refused: its own force was never seen to succeed. */
    private int acknowledgeWaiting(int incarnation, long nowTick) {
        int answered = lateWaiters.size();
        SyncBatch batch;
        while ((batch = batches.poll()) != null) {
            if (batch.incarnation() == incarnation) {
                batch.acknowledge(shard.shard(), nowTick, shard.latencies().synced(batch.lane()));
            } else {
                batch.refuse(shard.outcomeUnknown());
            }
            shard.syncQueue().recycle(batch);
            answered++;
        }
        for (SyncQueue.LateWaiter late : lateWaiters) {
            if (late.incarnation() == incarnation) {
                acknowledge(late);
            } else {
                refuse(late, shard.outcomeUnknown());
            }
        }
        lateWaiters.clear();
        // The writer may be waiting for a batch, or for room to keep what is not forced.
        shard.lanes().wakeWriter();
        return answered;
    }

    private void acknowledge(SyncQueue.LateWaiter late) {
        Answers.receipt(
                late.sink(),
                late.index(),
                late.idHigh(),
                late.idLow(),
                shard.shard(),
                late.incarnation(),
                late.sequence(),
                Tier.SYNCED,
                late.lane(),
                true);
        Answers.flush(late.sink());
    }

    private static void refuse(SyncQueue.LateWaiter late, Refusal refusal) {
        Answers.refusal(late.sink(), late.index(), late.idHigh(), late.idLow(), refusal);
        Answers.flush(late.sink());
    }

    private int refuseWaiting() {
        Refusal refusal = shard.outcomeUnknown();
        int answered = lateWaiters.size();
        SyncBatch batch;
        while ((batch = batches.poll()) != null) {
            batch.refuse(refusal);
            shard.syncQueue().recycle(batch);
            answered++;
        }
        for (SyncQueue.LateWaiter late : lateWaiters) {
            refuse(late, refusal);
        }
        lateWaiters.clear();
        return answered;
    }
}
