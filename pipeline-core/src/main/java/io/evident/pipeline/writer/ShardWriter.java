package io.evident.pipeline.writer;

import io.evident.event.Lane;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.pipeline.commit.SyncBatch;
import io.evident.pipeline.commit.SyncQueue;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.CommitListener;
import io.evident.pipeline.journal.NotWrittenException;
import io.evident.pipeline.lane.LaneRing;
import io.evident.pipeline.lane.LaneSlot;
import io.evident.pipeline.lane.ShardLanes;
import io.evident.pipeline.latency.ShardLatencies;
import io.evident.pipeline.ledger.StoredTally;
import java.io.IOException;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;

/**
 * The one writer of a shard: drains the lanes by priority, builds a block of one lane from what is there, appends it, and
 * answers those who wait for JOURNALED; who waits for SYNCED is handed to the committer. Batches grow by themselves: what
 * arrives while one block is written goes into the next.
 *
 * <p>A duty-cycle agent: one thread at a time calls {@link #doWork}; each call writes at most one block.
 */
public final class ShardWriter implements Agent {
    /** After so many events the time is looked at. */
    private static final int DEADLINE_CHECK_EVENTS = 64;

    private final ShardContext shard;
    private final FailOver failOver;
    private final BlockAnswers answers;
    private final ShardLanes lanes;
    private final CommitListener listener;
    private final SyncQueue syncQueue;
    private final ShardLatencies latencies;
    private final StoredTally tally;
    private final NanoClock clock;
    private final LaneTurn turn;
    private final Block block;
    /** {@code null} when there is no emergency path, as is its fold. */
    private final EmergencyPath emergency;

    private final EmergencyFold fold;

    private final long maxFillNs;
    private final boolean[] pending = new boolean[Lane.count()];
    private SyncBatch syncBatch;
    private long nextSequence;
    private long appendedTick;
    private boolean foldsNext;
    /** Why there was no room for the last CRITICAL block that was tried; {@code null} since the journal took a block. */
    private Refusal noRoom;

    /** The position that the last block carried. */
    private long carriedThrough;
    /** The position that the block being appended carries anew, or 0. */
    private long carrying;

    ShardWriter(ShardContext shard, int[] laneBudgets, BlockPlan plan) {
        this.block = plan.newBlock();
        this.maxFillNs = plan.maxFillNs();
        this.shard = shard;
        this.failOver = new FailOver(shard);
        this.answers = new BlockAnswers(shard);
        this.lanes = shard.lanes();
        this.listener = shard.listener();
        this.syncQueue = shard.syncQueue();
        this.latencies = shard.latencies();
        this.tally = shard.tally();
        this.clock = shard.clock();
        this.turn = new LaneTurn(laneBudgets);
        this.nextSequence = shard.journal().nextSequence();
        this.emergency = shard.emergency();
        this.fold = emergency == null ? null : new EmergencyFold(shard);
        this.carriedThrough = emergency == null ? 0 : emergency.carryThrough();
    }

    /**
     * Writes the next block, if there is anything to write; returns the events it dealt with. What it throws is a fault of
     * the road itself and fails the shard, because nobody knows then what of the block was answered.
     */
    @Override
    public int doWork() {
        try {
            tally.answer();
            return switch (shard.health().state()) {
                case OPEN -> write();
                case FAILING_OVER -> failOver();
                case FAILED, SEALED -> refusePending();
            };
        } catch (RuntimeException | Error e) {
            shard.failForGood(e);
            throw e;
        }
    }

    @Override
    public String roleName() {
        return "writer-" + shard.shard();
    }

    private int failOver() {
        failOver.takeOver();
        return 1;
    }

    private int write() {
        // First, so that waiting for a batch, or for a force that makes room, costs no lane its turn.
        if (!failOver.hasRoom() || (syncBatch == null && (syncBatch = syncQueue.takeFree()) == null)) {
            shard.ownProgress().hold(clock.nanoTime());
            return 0;
        }
        shard.ownProgress().rest();
        // Every other time, so that the lower lanes go on meanwhile.
        foldsNext = !foldsNext && emergency != null && emergency.mode().isActive();
        if (foldsNext) {
            int folded = foldBlock();
            // Nothing may be appended behind a fold that failed the shard.
            if (folded > 0 || shard.health().state() != ShardState.OPEN || emergency.tryLeave()) {
                return Math.max(1, folded);
            }
        }
        int refused = isStranded() ? refusePending(Lane.CRITICAL, noRoom) : 0;
        return refused > 0 ? refused : writeLane();
    }

    /** Whether what is in the CRITICAL lane may be written only behind a fold that finds no room, and nobody else takes it. */
    private boolean isStranded() {
        return noRoom != null
                && emergency != null
                && emergency.foldsBeforeLane()
                && !canRescueLane()
                && !lanes.isEmpty(Lane.CRITICAL);
    }

    private int writeLane() {
        Lane lane = nextLane();
        if (lane == Lane.CRITICAL && !ownCritical()) {
            pending[Lane.CRITICAL.ordinal()] = false;
            lane = turn.next(pending);
        }
        if (lane == null) {
            return 0;
        }
        LaneRing ring = lanes.ring(lane);
        try {
            return writeBlock(ring);
        } finally {
            if (lane == Lane.CRITICAL) {
                ring.disown();
                askForRescue();
            }
        }
    }

    /** Whether the emergency thread would take what is in the CRITICAL lane. */
    private boolean canRescueLane() {
        return emergency != null && emergency.isWorking() && emergency.rescue().mayTake();
    }

    /**
     * Asks the emergency thread in. Not before the lane is let go: it would find that taken, and go on with what came
     * later.
     */
    private void askForRescue() {
        if (noRoom != null && emergency != null) {
            emergency.rescue().want();
            emergency.idle().wake();
        }
    }

    /**
     * False while the emergency thread is at the lane or is to take it, or what it took out of it is to be folded in
     * first.
     */
    private boolean ownCritical() {
        if (canRescueLane() && emergency.rescue().isWanted()) {
            return false;
        }
        LaneRing ring = lanes.ring(Lane.CRITICAL);
        if (!ring.tryOwn()) {
            return false;
        }
        if (emergency != null && emergency.foldsBeforeLane()) {
            ring.disown();
            return false;
        }
        return true;
    }

    /** Appends the next block of the emergency journal, if it is time to; returns its events. */
    private int foldBlock() {
        shard.threadProgress().begin(clock.nanoTime());
        Block next = fold.next(nextSequence);
        shard.threadProgress().rest();
        if (next == null) {
            return 0;
        }
        if (next.count() == 0) {
            fold.skipped();
            return 1;
        }
        try {
            BlockInfo info = append(next);
            fold.appended(info);
            settleFold(info);
            return next.count();
        } catch (NotWrittenException e) {
            fold.retryLater();
            notFolded(e);
            return 0;
        } catch (IOException | RuntimeException | Error e) {
            // The events are safe in the emergency journal; the next start finds out whether they are here, too.
            shard.failForGood(e);
            return 0;
        }
    }

    /** The events are safe where they are, and are tried again. */
    private void notFolded(NotWrittenException e) {
        if (e.endsJournal()) {
            shard.failForGood(e);
        } else {
            noRoom = e.refusal();
            askForRescue();
        }
    }

    private Lane nextLane() {
        boolean any = false;
        for (int i = 0; i < pending.length; i++) {
            pending[i] = !lanes.isEmpty(Lane.ofCode(i));
            any |= pending[i];
        }
        return any ? turn.next(pending) : null;
    }

    private int writeBlock(LaneRing ring) {
        long first = ring.firstPending();
        fill(ring, first);
        if (block.count() == 0) {
            return 0;
        }
        long last = first + block.count() - 1;
        BlockInfo info;
        try {
            info = append(block);
            settleFold(info);
        } catch (NotWrittenException e) {
            // Nothing has changed: the shard goes on, with the same sequence, when there is room again.
            return notWritten(ring, first, last, e);
        } catch (IOException | RuntimeException | Error e) {
            // Whatever was thrown: the block may be in the journal, so it must not be written again.
            shard.failForGood(e);
            return refuse(ring, first, last, shard.outcomeUnknown());
        }
        syncBatch.begin(info.lane(), info.incarnation());
        answers.answer(ring, first, last, info, appendedTick, syncBatch);
        tally.endBlock(nextSequence - 1);
        // Before the slots are released: an empty lane then means that everyone was answered or waits for the force.
        if (!syncBatch.isEmpty()) {
            syncQueue.add(syncBatch);
            syncBatch = null;
        }
        ring.release(last);
        return block.count();
    }

    /** Surely nothing was written: the emergency thread can still take what is CRITICAL. */
    private int notWritten(LaneRing ring, long first, long last, NotWrittenException e) {
        boolean critical = ring.lane() == Lane.CRITICAL;
        if (e.endsJournal()) {
            shard.failForGood(e);
            return critical && isRescued() ? 0 : refuse(ring, first, last, e.refusal());
        }
        noRoom = critical ? e.refusal() : noRoom;
        return critical && canRescueLane() ? 0 : refuse(ring, first, last, e.refusal());
    }

    private BlockInfo append(Block filled) throws IOException {
        long started = clock.nanoTime();
        shard.threadProgress().begin(started);
        carrying = carry(filled);
        BlockInfo info;
        try {
            info = failOver.append(filled);
        } finally {
            shard.threadProgress().rest();
        }
        noRoom = null;
        if (emergency != null) {
            emergency.rescue().end();
        }
        appendedTick = clock.nanoTime();
        latencies.append().record(appendedTick - started);
        nextSequence += filled.count();
        shard.frontier().advanceAppended(info.lastSequence());
        listener.onJournaled(shard.shard(), info, filled);
        return info;
    }

    /** What the block folds in may be discarded once it is forced: not before the duplicate window knows the sequences. */
    private void settleFold(BlockInfo info) {
        if (carrying > 0) {
            carriedThrough = carrying;
            emergency.carried(info.lastSequence(), carrying);
            carrying = 0;
            // What is forced already need not wait for the end of its rest.
            shard.committerIdle().wake();
        }
    }

    /** Lets a block say how far is folded in, where no block before it said so; returns that position, or 0. */
    private long carry(Block filled) {
        long through = emergency == null ? 0 : Math.max(filled.foldedThrough(), emergency.carryThrough());
        if (through <= carriedThrough) {
            return 0;
        }
        filled.foldThrough(through);
        return through;
    }

    /** Takes what is there, up to the block's limits; a lane that runs dry ends the block, and so does another epoch. */
    private void fill(LaneRing ring, long first) {
        LaneSlot slot = ring.peek(first);
        block.begin(ring.lane(), slot == null ? 0 : slot.epoch(), nextSequence);
        long deadline = clock.nanoTime() + maxFillNs;
        long position = first;
        while (slot != null && slot.epoch() == block.epoch() && block.hasRoom(slot.length())) {
            block.add(slot.bytes(), 0, slot.length(), slot.timeNs());
            if (block.count() % DEADLINE_CHECK_EVENTS == 0 && clock.nanoTime() - deadline >= 0) {
                return;
            }
            slot = ring.peek(++position);
        }
    }

    /** Nothing of what still waits in a failed shard's lanes was written. */
    private int refusePending() {
        boolean rescued = isRescued();
        for (Lane lane : Lane.values()) {
            if (!lanes.isEmpty(lane) && !(rescued && lane == Lane.CRITICAL)) {
                return refusePending(
                        lane,
                        Refusal.of(
                                RefusalReason.UNAVAILABLE,
                                "shard " + shard.shard() + " has failed and was not written"));
            }
        }
        return 0;
    }

    /** Whether the emergency thread takes what is CRITICAL. */
    private boolean isRescued() {
        return emergency != null && emergency.failure() == null;
    }

    private int refusePending(Lane lane, Refusal refusal) {
        LaneRing ring = lanes.ring(lane);
        // The emergency thread may still be about to refuse what it took.
        if (!ring.tryOwn()) {
            return 0;
        }
        try {
            return refusePending(ring, refusal);
        } finally {
            ring.disown();
        }
    }

    private int refusePending(LaneRing ring, Refusal refusal) {
        long first = ring.firstPending();
        if (ring.peek(first) == null) {
            return 0;
        }
        long last = first;
        while (last - first < Block.MAX_EVENTS && ring.peek(last + 1) != null) {
            last++;
        }
        return refuse(ring, first, last, refusal);
    }

    private int refuse(LaneRing ring, long first, long last, Refusal refusal) {
        for (long position = first; position <= last; position++) {
            shard.refuse(ring.peek(position), refusal);
        }
        ring.release(last);
        return (int) (last - first + 1);
    }
}
