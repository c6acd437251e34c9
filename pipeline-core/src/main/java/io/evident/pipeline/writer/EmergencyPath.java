package io.evident.pipeline.writer;

import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import io.evident.pipeline.agent.WakingIdle;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.EmergencyJournal;
import io.evident.pipeline.journal.EmergencySource;
import io.evident.pipeline.journal.EmergencyStore;
import io.evident.pipeline.lane.LaneRing;
import io.evident.pipeline.lane.OverflowPool;
import io.evident.pipeline.lane.PublishResult;
import io.evident.pipeline.lane.Stamp;
import io.evident.pipeline.ledger.LaneCounters;
import io.evident.pipeline.receipt.ReceiptSink;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.concurrent.NanoClock;

/**
 * The way of a shard's CRITICAL events around a lane that is full or a writer that is stalled or dead: a bounded queue to
 * the emergency thread, which writes and forces them to the emergency journal. What gate, emergency thread, writer and
 * committer share of it; thread-safe where it does not say whose it is.
 */
public final class EmergencyPath {
    private static final long FULL_RETRY_NS = 1_000_000_000;

    /** Positions folded into a block of the shard's journal, to be discarded once that is forced. */
    private record Fold(long lastSequence, long through) {}

    private final EmergencyJournal journal;
    private final EmergencySource blocks;
    private final LaneRing ring;
    private final WakingIdle idle;
    private final long stallNs;
    private final EmergencyMode mode;
    private final LaneRescue rescue = new LaneRescue();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final AtomicLong events = new AtomicLong();
    private final ConcurrentLinkedQueue<Fold> folds = new ConcurrentLinkedQueue<>();
    private volatile boolean full;
    private volatile long fullTick;
    /** The same, but not until it is only tried anew. */
    private volatile boolean withoutRoom;

    private volatile long foldedThrough;
    /** The block that is next to be folded in and cannot be read, or {@code null}. */
    private volatile BlockInfo unreadable;

    /** The last position that was taken out of the CRITICAL lane: what is left there came behind it. */
    private volatile long takenFromLane;
    /** Whether events are on the way from the lane to the emergency journal, and in neither queue. */
    private volatile boolean takingFromLane;
    /** The last position of a block whose append failed: nobody was told that it is stored. */
    private volatile long doubtfulThrough;

    private final Refusal fullRefusal;
    private final Refusal failedRefusal;
    private final Refusal shutRefusal;
    private final Refusal queueRefusal;
    private final NanoClock clock;
    /** Up to here the duplicate window knows the positions, so that a fold can tell it the sequences. */
    private volatile long resolvedThrough;
    /** What stands below it was written by an earlier opening. */
    private final long firstPosition;

    /**
     * @param overflow buffers for events larger than a slot; not those of the lanes, which may all be taken
     * @param foldedThrough the position up to which the shard's journal holds the events already
     */
    public EmergencyPath(
            EmergencyStore store,
            EmergencyPlan plan,
            OverflowPool overflow,
            long foldedThrough,
            WakingIdle idle,
            NanoClock clock) {
        this.journal = store.journal();
        this.blocks = store.blocks();
        this.ring = new LaneRing(Lane.CRITICAL, plan.events(), overflow);
        this.idle = idle;
        this.stallNs = plan.stallNs();
        this.clock = clock;
        this.mode = new EmergencyMode(journal.shard(), clock);
        this.foldedThrough = foldedThrough;
        this.fullRefusal = refusal(RefusalReason.LANE_FULL, "is full; try again");
        this.failedRefusal = refusal(RefusalReason.UNAVAILABLE, "has failed");
        this.shutRefusal = refusal(RefusalReason.LANE_FULL, "has failed");
        this.queueRefusal = refusal(RefusalReason.LANE_FULL, "has too many events waiting for it; try again");
        this.firstPosition = journal.nextPosition();
        this.resolvedThrough = firstPosition - 1;
        if (hasUnfolded()) {
            mode.enter(EmergencyReason.LEFT_OVER);
        }
    }

    /** Whether and why the path is taken. */
    public EmergencyMode mode() {
        return mode;
    }

    /** Events that were written to the emergency journal since the start. */
    public long events() {
        return events.get();
    }

    /** Events of the emergency journal that are not folded in yet. */
    public long unfoldedEvents() {
        return Math.max(0, journal.nextPosition() - 1 - foldedThrough);
    }

    /** What made the last copy fail, or {@code null} while the path can be taken. */
    public Throwable failure() {
        return failure.get();
    }

    /** How many copies of the emergency journal work. */
    public int workingCopies() {
        return journal.workingCopies();
    }

    /** Whether the emergency journal has no room until something is folded in and forced. */
    public boolean isFull() {
        return withoutRoom;
    }

    /** How the emergency thread rests. */
    public WakingIdle idle() {
        return idle;
    }

    /** Whether an event that came now would surely be refused, however small; a moment's estimate. */
    public boolean isShut() {
        return !hasRoomFor(0);
    }

    /**
     * Whether an event that came now would find room; a moment's estimate for any thread.
     *
     * @param lengthBytes of the stamped event
     */
    public boolean hasRoomFor(int lengthBytes) {
        return isWorking() && ring.hasRoomFor(lengthBytes);
    }

    /** Whether the emergency journal takes events, as far as is known. */
    boolean isWorking() {
        return !full && failure.get() == null;
    }

    /** What is agreed on for a shard's journal that has no room. */
    LaneRescue rescue() {
        return rescue;
    }

    private Refusal refusal(RefusalReason reason, String why) {
        return Refusal.of(
                reason,
                "the critical lane of shard " + journal.shard()
                        + " cannot be used now, and the emergency journal of shard " + journal.shard() + " " + why);
    }

    /** What the sender of an event is told that cannot take the path now. Any thread; made beforehand. */
    public Refusal refusal() {
        if (failure.get() != null) {
            return shutRefusal;
        }
        return full ? fullRefusal : queueRefusal;
    }

    /** What the sender of an event is told for which the journal has no room. */
    Refusal fullRefusal() {
        return fullRefusal;
    }

    /** What the senders of events are told that were waiting for a journal that has failed. */
    Refusal failedRefusal() {
        return failedRefusal;
    }

    /** How much of the emergency journal's room is taken, 0 to 1. */
    public double fullness() {
        return journal.fullness();
    }

    /** Hands an event to the emergency thread. Any network thread. */
    public PublishResult tryPublish(
            EmergencyReason reason,
            EventView event,
            Stamp stamp,
            Tier tier,
            ReceiptSink sink,
            int index,
            long duplicateHandle,
            LaneCounters counters) {
        if (isShut()) {
            return PublishResult.LANE_FULL;
        }
        mode.enter(reason);
        PublishResult result = ring.tryPublish(event, stamp, tier, sink, index, duplicateHandle, counters);
        // Again: the writer may have left between the two, or is about to. The next event of this connection then finds
        // the mode and cannot overtake this one through the lane.
        mode.enter(reason);
        idle.wake();
        return result;
    }

    // ---- the emergency thread's part ----

    LaneRing ring() {
        return ring;
    }

    EmergencyJournal journal() {
        return journal;
    }

    void written(int count) {
        events.addAndGet(count);
        hasRoomAgain();
    }

    void setFull() {
        fullTick = clock.nanoTime();
        full = true;
        withoutRoom = true;
    }

    private void hasRoomAgain() {
        full = false;
        withoutRoom = false;
    }

    /** Lets the next event find out, now and then, whether there is room by now. */
    void retryWhenFull(long nowTick) {
        if (full && nowTick - fullTick > FULL_RETRY_NS) {
            full = false;
        }
    }

    /** The claims of the events up to this position are settled. */
    void resolved(long lastPosition) {
        resolvedThrough = lastPosition;
    }

    /** The emergency thread begins to write events out of the lane, or is done with it. */
    void takingFromLane(boolean isTaking) {
        takingFromLane = isTaking;
    }

    /** Events up to this position were written that stood in the lane. */
    void takenFromLane(long lastPosition) {
        takenFromLane = lastPosition;
    }

    /** The first call gives the reason. After it nothing more is written. */
    boolean fail(Throwable cause, long lastPosition) {
        doubtfulThrough = lastPosition;
        return failure.compareAndSet(null, cause);
    }

    long stallNs() {
        return stallNs;
    }

    // ---- the writer's part ----

    EmergencySource blocks() {
        return blocks;
    }

    /** The oldest block that is not folded in, once its events' claims are settled; or {@code null}. */
    BlockInfo nextToFold() {
        BlockInfo oldest = oldestUnfolded();
        return oldest != null && oldest.lastSequence() <= resolvedThrough ? oldest : null;
    }

    private BlockInfo oldestUnfolded() {
        return firstBehind(foldedThrough);
    }

    /** The first block that is kept and does not end at or before this position, or {@code null}; found by halving. */
    private BlockInfo firstBehind(long position) {
        List<BlockInfo> kept = blocks.blocks();
        int low = 0;
        int high = kept.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (kept.get(middle).lastSequence() > position) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low < kept.size() ? kept.get(low) : null;
    }

    /**
     * Whether it is sure that the event at this position is forced. What an earlier opening wrote is forced again by this
     * one in every copy that works.
     */
    boolean isSynced(long position) {
        return position >= firstPosition || journal.workingCopies() > 0;
    }

    /** In which incarnation an event was written; 0 when it is kept no more, as it has a sequence by now. */
    int incarnationOf(long position) {
        BlockInfo block = firstBehind(position - 1);
        return block != null && block.firstSequence() <= position ? block.incarnation() : 0;
    }

    final boolean hasUnfolded() {
        return oldestUnfolded() != null;
    }

    /**
     * Whether what is next to be folded in cannot be read, and nothing more can be written: then waiting for the fold would
     * only refuse every event that comes, though the shard may work. Any thread.
     */
    boolean isLost() {
        return unreadable != null && (failure.get() != null || journal.workingCopies() == 0);
    }

    /** Whether events that were taken out of the lane have to be folded in before the lane is written. */
    boolean foldsBeforeLane() {
        return foldedThrough < takenFromLane && !isLost();
    }

    /** Whether this block was taken out of the lane, in front of what is left there. */
    boolean isFromLane(BlockInfo block) {
        return block.lastSequence() <= takenFromLane;
    }

    void unreadable(BlockInfo block) {
        unreadable = block;
    }

    /** The block whose events cannot be folded in because no copy can be read, or {@code null}. Any thread. */
    public BlockInfo unreadable() {
        return unreadable;
    }

    /** A block of the emergency journal needs no folding any more; {@link #carried} follows. */
    void folded(BlockInfo block) {
        foldedThrough = block.lastSequence();
    }

    /** The block up to this sequence says that it folds through this position. */
    void carried(long lastSequence, long through) {
        folds.add(new Fold(lastSequence, Math.min(through, journal.nextPosition() - 1)));
    }

    /**
     * Up to which position the shard's journal is to say that it has folded, whatever is appended next: so far as was
     * folded, and behind that what is in doubt, which its senders send again another way.
     */
    long carryThrough() {
        long doubtful = doubtfulThrough;
        return doubtful > 0 && !hasUnfolded() ? Math.max(doubtful, foldedThrough) : foldedThrough;
    }

    /** Leaves the mode when nothing is on the path any more. */
    boolean tryLeave() {
        long state = mode.state();
        if (!isSettled()) {
            return false;
        }
        hasRoomAgain();
        return mode.leave(state);
    }

    // ---- the committer's part ----

    /** Everything up to this sequence is forced: what was folded into it may go from the emergency journal. */
    void synced(long sequence) {
        long through = 0;
        Fold fold;
        while ((fold = folds.peek()) != null && fold.lastSequence() <= sequence) {
            through = fold.through();
            folds.remove();
        }
        if (through > 0) {
            journal.discardThrough(through);
            hasRoomAgain();
        }
    }

    /** Whether nothing waits for the emergency thread. */
    boolean isQueueEmpty() {
        return ring.depth() == 0;
    }

    /** Whether nothing waits on the path, be it in the queue or to be folded in. */
    public boolean isSettled() {
        // Asked in the order in which events travel, so that none can pass behind the question.
        return ring.depth() == 0 && !takingFromLane && !hasUnfolded();
    }
}
