package io.evident.pipeline.writer;

import io.evident.event.Lane;
import io.evident.event.Receipt;
import io.evident.event.Refusal;
import io.evident.event.Tier;
import io.evident.pipeline.commit.Answers;
import io.evident.pipeline.duplicate.JoinedDuplicate;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.EmergencyJournal;
import io.evident.pipeline.lane.LaneRing;
import io.evident.pipeline.lane.LaneSlot;
import io.evident.pipeline.receipt.ReceiptSink;
import java.io.IOException;
import java.util.List;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the CRITICAL events that take the emergency path to the shard's emergency journal, as many at a time as wait, and
 * answers them: SYNCED, with a position and no sequence yet. When the writer stalls or fails, or its journal has no room,
 * it takes what stands in the CRITICAL lane, too, unless the writer is in the middle of it; of a failed shard even behind
 * what came later, as the one alternative is to refuse it.
 *
 * <p>A duty-cycle agent; each call writes at most one block, which may take as long as the slowest copy's disk does.
 */
public final class EmergencyWriter implements Agent {
    private static final Logger LOG = LoggerFactory.getLogger(EmergencyWriter.class);

    private final ShardContext shard;
    private final EmergencyPath path;
    private final EmergencyJournal journal;
    private final LaneRing ring;
    private final LaneRing lane;
    private final NanoClock clock;
    private final Block block;

    EmergencyWriter(ShardContext shard, BlockPlan plan) {
        this.shard = shard;
        this.path = shard.emergency();
        this.journal = path.journal();
        this.ring = path.ring();
        this.lane = shard.lanes().ring(Lane.CRITICAL);
        this.clock = shard.clock();
        this.block = plan.newBlock();
    }

    /** Writes the next block, if there is anything to write; returns the events it dealt with. */
    @Override
    public int doWork() {
        try {
            path.retryWhenFull(clock.nanoTime());
            if (!path.mode().isActive() && path.isSettled()) {
                path.rescue().mayTake(true);
            }
            // Before the lane is looked at: what was claimed here by then came behind all that stands in the lane.
            long claimed = ring.claimed();
            int taken = takeLane();
            return taken > 0 ? taken : writeFrom(ring, claimed);
        } catch (RuntimeException | Error e) {
            fail(e, journal.nextPosition() - 1);
            path.resolved(journal.nextPosition() - 1);
            throw e;
        }
    }

    @Override
    public String roleName() {
        return "emergency-" + journal.shard();
    }

    /** Takes a block of events out of the lane of a writer that is out, as long as that is not at them itself. */
    private int takeLane() {
        EmergencyReason reason = path.failure() == null ? shard.writerOut(clock.nanoTime()) : null;
        // A writer that is only stalled may come back to its lane: then nothing of that may stand behind what came
        // later.
        boolean mayTake = reason == EmergencyReason.SHARD_FAILED
                || (reason != null && path.rescue().mayTake());
        if (!mayTake || lane.peek(lane.firstPending()) == null || !lane.tryOwn()) {
            return 0;
        }
        path.takingFromLane(true);
        try {
            path.mode().enter(reason);
            return writeFrom(lane, Long.MAX_VALUE);
        } finally {
            path.takingFromLane(false);
            lane.disown();
        }
    }

    private int writeFrom(LaneRing from, long through) {
        long first = from.firstPending();
        if (first > through || from.peek(first) == null) {
            return 0;
        }
        path.rescue().mayTake(path.rescue().mayTake() && from == lane);
        fill(from, first, through);
        long last = first + block.count() - 1;
        if (path.failure() != null) {
            return refuse(from, first, last, path.failedRefusal());
        }
        BlockInfo written;
        try {
            written = journal.append(block);
        } catch (IOException | RuntimeException | Error e) {
            // Whatever was thrown: a copy may hold the block.
            fail(e, block.firstSequence() + block.count() - 1);
            return refuse(from, first, last, shard.outcomeUnknown());
        }
        if (written == null) {
            path.setFull();
            return refuse(from, first, last, path.fullRefusal());
        }
        path.written(block.count());
        if (from == lane) {
            // Before the lane is let go: the writer must not write what is left there in front of these.
            path.takenFromLane(written.lastSequence());
        }
        answer(from, first, last, written.incarnation());
        path.resolved(written.lastSequence());
        from.release(last);
        shard.lanes().wakeWriter();
        return block.count();
    }

    private void fill(LaneRing from, long first, long through) {
        long at = first;
        LaneSlot slot = from.peek(at);
        block.begin(Lane.CRITICAL, slot.epoch(), journal.nextPosition());
        while (at <= through && slot != null && slot.epoch() == block.epoch() && block.hasRoom(slot.length())) {
            block.add(slot.bytes(), 0, slot.length(), slot.timeNs());
            slot = from.peek(++at);
        }
    }

    /** An event's claim is settled before its receipt goes out: who repeats it then is told of its position. */
    private void answer(LaneRing from, long first, long last, int incarnation) {
        long nowTick = clock.nanoTime();
        long position = block.firstSequence();
        for (long at = first; at <= last; at++, position++) {
            LaneSlot slot = from.peek(at);
            List<JoinedDuplicate> joined =
                    shard.duplicates().resolveEmergency(slot.duplicateHandle(), journal.shard(), position);
            slot.counters().countStoredInEmergency();
            shard.latencies().emergency().record(nowTick - slot.receivedTick());
            if (slot.tier() != Tier.ACCEPTED) {
                Answers.receipt(
                        slot.sink(),
                        slot.index(),
                        slot.idHigh(),
                        slot.idLow(),
                        journal.shard(),
                        incarnation,
                        Receipt.atEmergencyPosition(position),
                        Tier.SYNCED,
                        Lane.CRITICAL,
                        false);
            }
            if (joined != null) {
                answerJoined(joined, position, incarnation);
            }
        }
        flush(from, first, last);
    }

    private void answerJoined(List<JoinedDuplicate> joined, long position, int incarnation) {
        for (JoinedDuplicate duplicate : joined) {
            duplicate.counters().countJoinedStored();
            shard.answerAtPosition(duplicate, position, incarnation);
        }
    }

    private static void flush(LaneRing from, long first, long last) {
        ReceiptSink previous = null;
        for (long at = first; at <= last; at++) {
            LaneSlot slot = from.peek(at);
            if (slot.tier() != Tier.ACCEPTED && slot.sink() != previous) {
                previous = slot.sink();
                Answers.flush(previous);
            }
        }
    }

    private int refuse(LaneRing from, long first, long last, Refusal refusal) {
        for (long at = first; at <= last; at++) {
            shard.refuse(from.peek(at), refusal);
        }
        from.release(last);
        return (int) (last - first + 1);
    }

    private void fail(Throwable e, long lastPosition) {
        if (path.fail(e, lastPosition)) {
            LOG.error(
                    "shard {}: the emergency journal failed; critical events are refused when they need it",
                    journal.shard(),
                    e);
        }
    }
}
