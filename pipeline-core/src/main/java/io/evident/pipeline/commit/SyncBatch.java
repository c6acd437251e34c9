package io.evident.pipeline.commit;

import io.evident.event.Lane;
import io.evident.event.Refusal;
import io.evident.event.Tier;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.lane.LaneSlot;
import io.evident.pipeline.latency.LatencyRecorder;
import io.evident.pipeline.receipt.ReceiptSink;

/**
 * The events of one journaled block whose senders wait for SYNCED. Filled by the writer, answered by the committer, used
 * again; the queues between the two hand it over.
 */
public final class SyncBatch {
    private final ReceiptSink[] sinks = new ReceiptSink[Block.MAX_EVENTS];
    private final int[] indexes = new int[Block.MAX_EVENTS];
    private final long[] idHighs = new long[Block.MAX_EVENTS];
    private final long[] idLows = new long[Block.MAX_EVENTS];
    private final long[] sequences = new long[Block.MAX_EVENTS];
    private final long[] receivedTicks = new long[Block.MAX_EVENTS];
    private int count;
    private Lane lane;
    private int incarnation;

    /** Begins with the events of another block. The writer. */
    public void begin(Lane ofLane, int ofIncarnation) {
        lane = ofLane;
        incarnation = ofIncarnation;
        count = 0;
    }

    /** Adds an event that waits. The writer. */
    public void add(LaneSlot slot, long sequence) {
        sinks[count] = slot.sink();
        indexes[count] = slot.index();
        idHighs[count] = slot.idHigh();
        idLows[count] = slot.idLow();
        sequences[count] = sequence;
        receivedTicks[count] = slot.receivedTick();
        count++;
    }

    public boolean isEmpty() {
        return count == 0;
    }

    /** Of all of them. */
    public Lane lane() {
        return lane;
    }

    /** The incarnation that its events were written in. */
    public int incarnation() {
        return incarnation;
    }

    /** Sends the SYNCED receipts. */
    public void acknowledge(int shard, long nowTick, LatencyRecorder latencies) {
        for (int i = 0; i < count; i++) {
            Answers.receipt(
                    sinks[i],
                    indexes[i],
                    idHighs[i],
                    idLows[i],
                    shard,
                    incarnation,
                    sequences[i],
                    Tier.SYNCED,
                    lane,
                    false);
            latencies.record(nowTick - receivedTicks[i]);
        }
        flushAndForget();
    }

    /** Tells every sender the same refusal. */
    public void refuse(Refusal refusal) {
        for (int i = 0; i < count; i++) {
            Answers.refusal(sinks[i], indexes[i], idHighs[i], idLows[i], refusal);
        }
        flushAndForget();
    }

    private void flushAndForget() {
        ReceiptSink previous = null;
        for (int i = 0; i < count; i++) {
            if (sinks[i] != previous) {
                previous = sinks[i];
                Answers.flush(previous);
            }
            sinks[i] = null;
        }
        count = 0;
    }
}
