package io.evident.pipeline.writer;

import io.evident.event.Lane;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import io.evident.pipeline.duplicate.DuplicateWindow;
import io.evident.pipeline.duplicate.JoinedDuplicate;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.CommitListener;
import io.evident.pipeline.journal.Journal;
import io.evident.pipeline.journal.NotWrittenException;
import io.evident.pipeline.lane.LaneRing;
import io.evident.pipeline.lane.LaneSlot;
import io.evident.pipeline.lane.ShardLanes;
import io.evident.pipeline.latency.LatencyRecorder;
import io.evident.pipeline.latency.ShardLatencies;
import io.evident.pipeline.receipt.ReceiptSink;
import java.io.IOException;
import java.util.List;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer of a shard: drains the lanes by priority, builds a block of one lane from what is there, appends it, and
 * answers those who wait for JOURNALED; who waits for SYNCED is handed to the committer. Batches grow by themselves: what
 * arrives while one block is written goes into the next.
 *
 * <p>A duty-cycle agent: one thread at a time calls {@link #doWork}; each call writes at most one block.
 */
public final class ShardWriter implements Agent {
    private static final Logger LOG = LoggerFactory.getLogger(ShardWriter.class);
    /** After so many events the time is looked at. */
    private static final int DEADLINE_CHECK_EVENTS = 64;

    private final ShardContext shard;
    private final Journal journal;
    private final ShardLanes lanes;
    private final DuplicateWindow duplicates;
    private final CommitListener listener;
    private final SyncQueue syncQueue;
    private final ShardLatencies latencies;
    private final NanoClock clock;
    private final LaneTurn turn;
    private final Block block;
    private final long maxFillNs;
    private final boolean[] pending = new boolean[Lane.count()];
    private SyncBatch syncBatch;
    private long nextSequence;

    ShardWriter(ShardContext shard, int[] laneBudgets, BlockPlan plan) {
        this.block = plan.newBlock();
        this.maxFillNs = plan.maxFillNs();
        this.shard = shard;
        this.journal = shard.journal();
        this.lanes = shard.lanes();
        this.duplicates = shard.duplicates();
        this.listener = shard.listener();
        this.syncQueue = shard.syncQueue();
        this.latencies = shard.latencies();
        this.clock = shard.clock();
        this.turn = new LaneTurn(laneBudgets);
        this.nextSequence = journal.nextSequence();
    }

    /**
     * Writes the next block, if there is anything to write; returns the events it dealt with. What it throws is a fault of
     * the road itself and fails the shard, because nobody knows then what of the block was answered.
     */
    @Override
    public int doWork() {
        try {
            boolean open = shard.health().state() == ShardState.OPEN;
            // First, so that waiting for a batch costs no lane its turn.
            if (open && syncBatch == null && (syncBatch = syncQueue.takeFree()) == null) {
                return 0;
            }
            Lane lane = nextLane();
            if (lane == null) {
                return 0;
            }
            LaneRing ring = lanes.ring(lane);
            return open ? writeBlock(ring) : refusePending(ring);
        } catch (RuntimeException | Error e) {
            fail(e);
            throw e;
        }
    }

    @Override
    public String roleName() {
        return "writer-" + journal.shard();
    }

    private Lane nextLane() {
        boolean any = false;
        for (int i = 0; i < pending.length; i++) {
            LaneRing ring = lanes.ring(Lane.ofCode(i));
            pending[i] = ring.peek(ring.firstPending()) != null;
            any |= pending[i];
        }
        return any ? turn.next(pending) : null;
    }

    private int writeBlock(LaneRing ring) {
        long first = ring.firstPending();
        fill(ring, first);
        long last = first + block.count() - 1;
        long appended;
        try {
            appended = append();
        } catch (NotWrittenException e) {
            // Nothing has changed: the shard goes on, with the same sequence, when there is room again.
            return refuse(ring, first, last, e.refusal());
        } catch (IOException | RuntimeException | Error e) {
            // Whatever was thrown: the block may be in the journal, so it must not be written again.
            fail(e);
            return refuse(ring, first, last, shard.outcomeUnknown());
        }
        answer(ring, first, last, appended);
        // Before the slots are released: an empty lane then means that everyone was answered or waits for the force.
        handOverSyncBatch();
        ring.release(last);
        return block.count();
    }

    /** Returns when the block was appended. */
    private long append() throws IOException {
        long started = clock.nanoTime();
        BlockInfo info = journal.append(block);
        long appended = clock.nanoTime();
        latencies.append().record(appended - started);
        nextSequence += block.count();
        shard.frontier().advanceAppended(info.lastSequence());
        listener.onJournaled(journal.shard(), info, block);
        return appended;
    }

    /** Takes what is there, up to the block's limits; a lane that runs dry ends the block. */
    private void fill(LaneRing ring, long first) {
        block.begin(ring.lane(), shard.epoch(), nextSequence);
        long deadline = clock.nanoTime() + maxFillNs;
        long position = first;
        LaneSlot slot = ring.peek(position);
        while (slot != null && block.hasRoom(slot.length())) {
            block.add(slot.bytes(), 0, slot.length(), slot.timeNs());
            if (block.count() % DEADLINE_CHECK_EVENTS == 0 && clock.nanoTime() - deadline >= 0) {
                return;
            }
            slot = ring.peek(++position);
        }
    }

    /** An event's claim is settled before its receipt goes out: who repeats it then is told of its place. */
    private void answer(LaneRing ring, long first, long last, long nowTick) {
        syncBatch.begin(block.lane());
        LatencyRecorder journaled = latencies.journaled(block.lane());
        long sequence = block.firstSequence();
        for (long position = first; position <= last; position++, sequence++) {
            LaneSlot slot = ring.peek(position);
            List<JoinedDuplicate> joined =
                    duplicates.resolve(slot.duplicateHandle(), journal.shard(), sequence, block.lane());
            slot.counters().countStored();
            journaled.record(nowTick - slot.receivedTick());
            if (slot.tier() == Tier.SYNCED) {
                syncBatch.add(slot, sequence);
            } else if (slot.tier() == Tier.JOURNALED) {
                Answers.receipt(
                        slot.sink(),
                        slot.index(),
                        slot.idHigh(),
                        slot.idLow(),
                        journal.shard(),
                        journal.incarnation(),
                        sequence,
                        Tier.JOURNALED,
                        block.lane(),
                        false);
            }
            if (joined != null) {
                answerJoined(joined, sequence);
            }
        }
        flushJournaled(ring, first, last);
    }

    private void flushJournaled(LaneRing ring, long first, long last) {
        ReceiptSink previous = null;
        for (long position = first; position <= last; position++) {
            LaneSlot slot = ring.peek(position);
            if (slot.tier() == Tier.JOURNALED && slot.sink() != previous) {
                previous = slot.sink();
                Answers.flush(previous);
            }
        }
    }

    private void answerJoined(List<JoinedDuplicate> joined, long sequence) {
        for (JoinedDuplicate duplicate : joined) {
            duplicate.counters().countJoinedStored();
            shard.answerDuplicate(duplicate, sequence, journal.incarnation(), block.lane());
        }
    }

    private void handOverSyncBatch() {
        if (!syncBatch.isEmpty()) {
            syncQueue.add(syncBatch);
            syncBatch = null;
        }
    }

    private void fail(Throwable e) {
        if (shard.health().fail(e)) {
            LOG.error("shard {}: writing failed; the shard takes no more events", journal.shard(), e);
        }
    }

    /** Nothing of what still waits in a failed shard's lanes was written. */
    private int refusePending(LaneRing ring) {
        long first = ring.firstPending();
        long last = first;
        while (last - first < Block.MAX_EVENTS && ring.peek(last + 1) != null) {
            last++;
        }
        return refuse(
                ring,
                first,
                last,
                Refusal.of(RefusalReason.UNAVAILABLE, "shard " + journal.shard() + " has failed and was not written"));
    }

    private int refuse(LaneRing ring, long first, long last, Refusal refusal) {
        for (long position = first; position <= last; position++) {
            LaneSlot slot = ring.peek(position);
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
                    ShardContext.refuseDuplicate(duplicate, refusal);
                }
            }
        }
        ring.release(last);
        return (int) (last - first + 1);
    }
}
