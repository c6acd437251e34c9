package io.evident.pipeline.writer;

import io.evident.event.Lane;
import io.evident.event.Receipt;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import io.evident.pipeline.agent.WakingIdle;
import io.evident.pipeline.commit.Answers;
import io.evident.pipeline.commit.SyncQueue;
import io.evident.pipeline.duplicate.DuplicateWindow;
import io.evident.pipeline.duplicate.JoinedDuplicate;
import io.evident.pipeline.journal.CommitListener;
import io.evident.pipeline.journal.Journal;
import io.evident.pipeline.lane.LaneSlot;
import io.evident.pipeline.lane.ShardLanes;
import io.evident.pipeline.latency.ShardLatencies;
import io.evident.pipeline.ledger.StoredTally;
import java.util.List;
import org.agrona.concurrent.NanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the two agents of one shard and the gate share: lanes, journal, frontier, health. Its parts are thread-safe or say
 * whose they are.
 */
public final class ShardContext {
    private static final Logger LOG = LoggerFactory.getLogger(ShardContext.class);
    private static final int SYNC_BATCHES = 64;
    private static final int LATE_WAITERS = 4_096;

    /** So that a failure of one journal is never taken for one of the journal that the shard has gone on in. */
    private final Object change = new Object();

    private volatile Journal journal;
    private volatile FailedOver failedOver;
    private final ShardLanes lanes;
    private final DuplicateWindow duplicates;
    private final CommitListener listener;
    private final NanoClock clock;
    private final ShardFrontier frontier;
    private final ShardHealth health = new ShardHealth();
    private final ShardLatencies latencies = new ShardLatencies();
    private final WakingIdle committerIdle;
    private final SyncQueue syncQueue;
    private final WriterProgress threadProgress;
    private final WriterProgress ownProgress = new WriterProgress();
    private final EmergencyPath emergency;
    private final StoredTally tally;

    /**
     * @param committerIdle wakes the committer when something waits for a force
     * @param threadProgress of the thread that the shard's writer runs on, shared by all writers of that thread
     * @param emergency the way round the CRITICAL lane, or {@code null} when there is none
     * @param tally counts what the writer stores
     */
    public ShardContext(
            Journal journal,
            ShardLanes lanes,
            DuplicateWindow duplicates,
            CommitListener listener,
            NanoClock clock,
            WakingIdle committerIdle,
            WriterProgress threadProgress,
            EmergencyPath emergency,
            StoredTally tally) {
        this.journal = journal;
        this.lanes = lanes;
        this.duplicates = duplicates;
        this.listener = listener;
        this.clock = clock;
        this.frontier = new ShardFrontier(journal.nextSequence() - 1);
        this.committerIdle = committerIdle;
        this.threadProgress = threadProgress;
        this.emergency = emergency;
        this.tally = tally;
        this.syncQueue = new SyncQueue(SYNC_BATCHES, LATE_WAITERS, committerIdle::wake);
        if (journal.openFailure() != null) {
            health.failForGood(journal.openFailure());
        } else if (journal.isSealed()) {
            health.seal();
        }
    }

    /** Makes the shard's writer. */
    public ShardWriter newWriter(int[] laneBudgets, BlockPlan plan) {
        return new ShardWriter(this, laneBudgets, plan);
    }

    /** Makes the shard's committer. */
    public ShardCommitter newCommitter(long minForceIntervalNs, long maxForceIntervalNs) {
        return new ShardCommitter(this, minForceIntervalNs, maxForceIntervalNs);
    }

    /** Makes the agent of the emergency path; there has to be one. */
    public EmergencyWriter newEmergencyWriter(BlockPlan plan) {
        return new EmergencyWriter(this, plan);
    }

    public ShardLanes lanes() {
        return lanes;
    }

    public ShardFrontier frontier() {
        return frontier;
    }

    public ShardHealth health() {
        return health;
    }

    public ShardLatencies latencies() {
        return latencies;
    }

    /** The way round the CRITICAL lane, or {@code null} when there is none. */
    public EmergencyPath emergency() {
        return emergency;
    }

    /**
     * Why a CRITICAL event that comes now cannot go through its lane, whether that has room or not; {@code null} when it
     * can. Any thread; {@code null} also when there is no emergency path. While what is on the path is lost until the next
     * start, events go through a lane that works, and so come before it.
     */
    public EmergencyReason detour(long nowTick) {
        if (emergency == null) {
            return null;
        }
        return emergency.mode().isActive() && !emergency.isLost()
                ? emergency.mode().reason()
                : writerOut(nowTick);
    }

    /** Why nothing in the CRITICAL lane is written now, or {@code null}. */
    EmergencyReason writerOut(long nowTick) {
        ShardState state = health.state();
        if (state != ShardState.OPEN) {
            return state == ShardState.FAILED ? EmergencyReason.SHARD_FAILED : EmergencyReason.FAILING_OVER;
        }
        boolean stalled = threadProgress.isStalled(nowTick, emergency.stallNs())
                || ownProgress.isStalled(nowTick, emergency.stallNs());
        if (stalled) {
            return EmergencyReason.WRITER_STALLED;
        }
        // While the emergency journal has no room either, events try the lane: so somebody finds out when there is.
        return emergency.rescue().isWanted() && emergency.isWorking() ? EmergencyReason.DISK_FULL : null;
    }

    /** Whether an event may be sent to it now; the emergency path is another matter. Any thread. */
    public boolean takesEvents() {
        ShardState state = health.state();
        return state != ShardState.FAILED && state != ShardState.SEALED;
    }

    /** Whether it was given up before the start, and nobody writes it: it has no writer, no committer, and hardly a lane. */
    public boolean isSealed() {
        return health.state() == ShardState.SEALED;
    }

    /** What the writer has stored, per tenant and lane. */
    public StoredTally tally() {
        return tally;
    }

    /** How the committer's thread rests. */
    public WakingIdle committerIdle() {
        return committerIdle;
    }

    /** Whether the shard is written to on its standby volume. Any thread. */
    public boolean isOnStandby() {
        return journal.isOnStandby();
    }

    /** How the shard went over to its standby volume since the start, or {@code null} when it did not. Any thread. */
    public FailedOver failedOver() {
        return failedOver;
    }

    /** The number of this opening of the shard; a new one when it goes over to its standby volume. */
    public int incarnation() {
        return journal.incarnation();
    }

    /** The shard's number. */
    public int shard() {
        return journal.shard();
    }

    /** Whether nothing waits for a force and nothing is unforced, or the shard has failed and nothing waits. */
    public boolean isSettled() {
        // In the order of travel. What is still to be folded in is safe where it is.
        return (emergency == null || emergency.isQueueEmpty())
                && !syncQueue.hasDemand()
                && (frontier.synced() >= frontier.appended() || health.state() == ShardState.FAILED);
    }

    /** From now on no duplicate waits for a force any more; for the end of the shutdown. Any thread. */
    public void closeSyncQueue() {
        syncQueue.close();
    }

    /** Fails the shard from outside: what still waits is answered so. For a shutdown that takes too long. Any thread. */
    public void abandon(Throwable reason) {
        health.failForGood(reason);
        lanes.wakeWriter();
        committerIdle.wake();
    }

    /** The journal that is written to now. */
    Journal journal() {
        return journal;
    }

    /**
     * Records what made a journal's volume fail, and tells the log about the first such failure. It is passed over when the
     * shard has gone on in another journal meanwhile: that one has not failed, and what this one held is in it.
     */
    void fail(Journal failed, Throwable failure, String what) {
        boolean mayFailOver = failed.standby() != null;
        boolean first;
        synchronized (change) {
            first = journal == failed && health.fail(failure, mayFailOver);
        }
        if (first) {
            LOG.error(
                    "shard {}: {}; {}",
                    shard(),
                    what,
                    mayFailOver ? "it goes over to its standby volume" : "the shard takes no more events",
                    failure);
            lanes.wakeWriter();
            committerIdle.wake();
        }
    }

    /** Records a fault of the road itself, which no other volume can mend. */
    void failForGood(Throwable failure) {
        if (health.failForGood(failure)) {
            LOG.error("shard {}: it failed and takes no more events", shard(), failure);
            committerIdle.wake();
        }
    }

    /**
     * The shard goes on in another journal, in which everything that was appended is forced. The writer's thread, while the
     * shard is failing over.
     */
    void goOn(Journal next, FailedOver how) {
        long last = next.nextSequence() - 1;
        frontier.advanceAppended(last);
        frontier.advanceSynced(last);
        failedOver = how;
        synchronized (change) {
            journal = next;
            health.goOn();
        }
        listener.onSynced(shard(), last);
        committerIdle.wake();
    }

    DuplicateWindow duplicates() {
        return duplicates;
    }

    CommitListener listener() {
        return listener;
    }

    WriterProgress threadProgress() {
        return threadProgress;
    }

    WriterProgress ownProgress() {
        return ownProgress;
    }

    SyncQueue syncQueue() {
        return syncQueue;
    }

    NanoClock clock() {
        return clock;
    }

    Refusal outcomeUnknown() {
        return Refusal.of(
                RefusalReason.OUTCOME_UNKNOWN,
                "shard " + shard()
                        + " failed while it wrote: the event may or may not be stored; send it again with the"
                        + " same id");
    }

    /**
     * Answers a duplicate of a journaled event with the first one's identity and the tier it has reached, or lets it wait
     * for the force that its sender asked for. Any thread.
     */
    public void answerDuplicate(JoinedDuplicate duplicate, long sequence, int incarnation, Lane lane) {
        boolean synced = frontier.synced() >= sequence;
        if (duplicate.tier() != Tier.SYNCED || synced) {
            Answers.receipt(
                    duplicate.sink(),
                    duplicate.index(),
                    duplicate.idHigh(),
                    duplicate.idLow(),
                    shard(),
                    incarnation,
                    sequence,
                    synced ? Tier.SYNCED : Tier.JOURNALED,
                    lane,
                    true);
            Answers.flush(duplicate.sink());
        } else if (health.state() != ShardState.OPEN) {
            refuseDuplicate(duplicate, outcomeUnknown());
        } else if (!syncQueue.addLate(new SyncQueue.LateWaiter(
                duplicate.sink(),
                duplicate.index(),
                duplicate.idHigh(),
                duplicate.idLow(),
                sequence,
                incarnation,
                lane))) {
            refuseDuplicate(
                    duplicate,
                    syncQueue.isClosed()
                            ? Refusal.of(RefusalReason.UNAVAILABLE, "the server is stopping; send it again")
                            : Refusal.of(
                                    RefusalReason.DUPLICATE_WINDOW_FULL,
                                    "too many duplicates wait for the next force"));
        }
    }

    /**
     * Answers a duplicate of an event that is in the emergency journal and not folded in yet. Any thread.
     *
     * @return false when it is kept there no more: it was folded in, and is to be asked for again
     */
    public boolean answerEmergencyDuplicate(JoinedDuplicate duplicate, long position) {
        int incarnation = emergency.incarnationOf(position);
        if (incarnation == 0) {
            return false;
        }
        if (!emergency.isSynced(position)) {
            refuseDuplicate(duplicate, outcomeUnknown());
            return true;
        }
        answerAtPosition(duplicate, position, incarnation);
        return true;
    }

    /**
     * Answers a duplicate of an event that is forced in the emergency journal.
     *
     * @param incarnation that the event was written in: after a fail-over not the shard's own any more
     */
    void answerAtPosition(JoinedDuplicate duplicate, long position, int incarnation) {
        Answers.receipt(
                duplicate.sink(),
                duplicate.index(),
                duplicate.idHigh(),
                duplicate.idLow(),
                shard(),
                incarnation,
                Receipt.atEmergencyPosition(position),
                Tier.SYNCED,
                Lane.CRITICAL,
                true);
        Answers.flush(duplicate.sink());
    }

    /** Answers an event that was on its way, and who joined it, that it is not stored or that nobody knows. */
    void refuse(LaneSlot slot, Refusal refusal) {
        List<JoinedDuplicate> joined = refusal.reason() == RefusalReason.OUTCOME_UNKNOWN
                ? duplicates.releaseInDoubt(slot.duplicateHandle())
                : duplicates.release(slot.duplicateHandle());
        slot.counters().countLostOnTheWay(refusal.reason());
        if (slot.tier() != Tier.ACCEPTED) {
            Answers.refusal(slot.sink(), slot.index(), slot.idHigh(), slot.idLow(), refusal);
            Answers.flush(slot.sink());
        }
        if (joined != null) {
            for (JoinedDuplicate duplicate : joined) {
                duplicate.counters().countLostOnTheWay(refusal.reason());
                refuseDuplicate(duplicate, refusal);
            }
        }
    }

    /** Answers a duplicate that it is refused. Any thread. */
    public static void refuseDuplicate(JoinedDuplicate duplicate, Refusal refusal) {
        Answers.refusal(duplicate.sink(), duplicate.index(), duplicate.idHigh(), duplicate.idLow(), refusal);
        Answers.flush(duplicate.sink());
    }
}
