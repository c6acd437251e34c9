package io.evident.pipeline.lane;

import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.event.Tier;
import io.evident.pipeline.ledger.LaneCounters;
import io.evident.pipeline.receipt.ReceiptSink;

/**
 * The three lanes of one shard. Network threads publish with {@link #tryPublish}, which never blocks; the shard's writer
 * drains the rings.
 */
public final class ShardLanes {
    /** The writer is woken with every so many events of a lane, however long a frame or body is; less one, a bit mask. */
    private static final long WAKE_MASK = 255;

    private final LaneRing[] rings = new LaneRing[Lane.count()];
    private final Runnable wakeWriter;

    /**
     * @param capacities slots per lane, by the lane's order, powers of two
     * @param wakeWriter called now and then while events are published; has to be cheap while the writer is awake
     */
    public ShardLanes(int[] capacities, OverflowPool overflow, Runnable wakeWriter) {
        this.wakeWriter = wakeWriter;
        for (Lane lane : Lane.values()) {
            rings[lane.ordinal()] = new LaneRing(lane, capacities[lane.ordinal()], overflow);
        }
    }

    public LaneRing ring(Lane lane) {
        return rings[lane.ordinal()];
    }

    /**
     * Encodes an event straight into a slot of a lane. The writer may sleep on: {@link #wakeWriter} follows when the run of
     * events is over.
     *
     * @param event valid, as the sender sent it; its bytes are free again when this returns
     * @param stamp what the server adds
     * @param duplicateHandle the event's claim in the duplicate window, handed to the writer
     * @param counters told by the writer what became of the event
     */
    public PublishResult tryPublish(
            Lane lane,
            EventView event,
            Stamp stamp,
            Tier tier,
            ReceiptSink sink,
            int index,
            long duplicateHandle,
            LaneCounters counters) {
        LaneRing ring = rings[lane.ordinal()];
        PublishResult result = ring.tryPublish(event, stamp, tier, sink, index, duplicateHandle, counters);
        // What is urgent waits for nothing that is still being read, and a full lane has to be drained now.
        if (lane == Lane.CRITICAL || result != PublishResult.PUBLISHED || (ring.claimed() & WAKE_MASK) == WAKE_MASK) {
            wakeWriter.run();
        }
        return result;
    }

    /**
     * Whether an event would find room in a lane just now; a moment's estimate for any thread.
     *
     * @param lengthBytes of the stamped event
     */
    public boolean hasRoomFor(Lane lane, int lengthBytes) {
        return rings[lane.ordinal()].hasRoomFor(lengthBytes);
    }

    /** Whether nothing that was published waits in a lane. The writer's thread. */
    public boolean isEmpty(Lane lane) {
        LaneRing ring = rings[lane.ordinal()];
        return ring.peek(ring.firstPending()) == null;
    }

    /** Wakes the shard's writer, for another reason than a published event. Any thread. */
    public void wakeWriter() {
        wakeWriter.run();
    }

    /** Events in all lanes, published and not yet journaled; a moment's estimate for any thread. */
    public long depth() {
        long depth = 0;
        for (LaneRing ring : rings) {
            depth += ring.depth();
        }
        return depth;
    }
}
