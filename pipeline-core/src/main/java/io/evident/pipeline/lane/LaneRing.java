package io.evident.pipeline.lane;

import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.InsufficientCapacityException;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.Sequence;
import io.evident.event.EventStamp;
import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.event.Tier;
import io.evident.pipeline.ledger.LaneCounters;
import io.evident.pipeline.receipt.ReceiptSink;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One lane of one shard: a Disruptor ring with many producers, which only ever try, and one consumer at a time, which
 * peeks at slots and releases them when their events are journaled: the shard's writer, or in its place the emergency
 * thread. Where both may come, {@link #tryOwn} tells whose turn it is.
 */
public final class LaneRing {
    /** Returned by {@link #tryClaim} when the lane is full. */
    private static final long FULL = -1;

    private final Lane lane;
    private final RingBuffer<LaneSlot> ring;
    private final OverflowPool overflow;
    private final Sequence consumed = new Sequence();
    private final AtomicBoolean owned = new AtomicBoolean();

    /**
     * @param capacity slots, a power of two
     */
    public LaneRing(Lane lane, int capacity, OverflowPool overflow) {
        this.lane = lane;
        this.overflow = overflow;
        // Nobody waits on the ring's own strategy: the writer rests by itself. Spinning is the one that signals nothing
        // on publish; the default would take a lock there.
        this.ring = RingBuffer.createMultiProducer(LaneSlot::new, capacity, new BusySpinWaitStrategy());
        this.ring.addGatingSequences(consumed);
    }

    public Lane lane() {
        return lane;
    }

    /** Slots of the ring. */
    public int capacity() {
        return ring.getBufferSize();
    }

    /** Events that were published and not yet released; a moment's estimate for any thread. */
    public long depth() {
        return Math.max(0, ring.getCursor() - consumed.get());
    }

    /**
     * Whether an event would find room just now; a moment's estimate for any thread.
     *
     * @param lengthBytes of the stamped event
     */
    public boolean hasRoomFor(int lengthBytes) {
        return depth() < capacity() && (lengthBytes <= LaneSlot.INLINE_BYTES || overflow.mayLend(lengthBytes));
    }

    /**
     * Encodes an event straight into a slot. Any network thread; the consumer may sleep on and has to be woken.
     *
     * @param event valid, as the sender sent it; its bytes are free again when this returns
     * @param stamp what the server adds
     * @param duplicateHandle the event's claim in the duplicate window, handed to the consumer
     * @param counters told by the consumer what became of the event
     */
    public PublishResult tryPublish(
            EventView event,
            Stamp stamp,
            Tier tier,
            ReceiptSink sink,
            int index,
            long duplicateHandle,
            LaneCounters counters) {
        int length = EventStamp.stampedLength(event, stamp.receivedFrom());
        byte[] lent = null;
        if (length > LaneSlot.INLINE_BYTES) {
            lent = overflow.lend(length);
            if (lent == null) {
                return PublishResult.LANE_FULL;
            }
        }
        long position = tryClaim();
        if (position == FULL) {
            if (lent != null) {
                overflow.giveBack(lent);
            }
            return PublishResult.LANE_FULL;
        }
        LaneSlot slot = ring.get(position);
        if (lent == null) {
            slot.useInline();
        } else {
            slot.useOverflow(lent);
        }
        stamp.copyStamped(event, slot.bytes());
        slot.event(length, stamp.eventTimeNs(event), stamp.idHigh(), stamp.idLow());
        slot.answerTo(sink, index, tier, stamp.receivedTick());
        slot.accountTo(duplicateHandle, counters);
        slot.routedIn(stamp.epoch());
        ring.publish(position);
        return PublishResult.PUBLISHED;
    }

    private long tryClaim() {
        try {
            return ring.tryNext();
        } catch (InsufficientCapacityException full) {
            // The Disruptor's way to say "no": one shared exception without a stack, so it costs nothing.
            return FULL;
        }
    }

    /** Reads the slots that will be filled next, so many: then the memory is waited for once, and not for each. */
    public long look(int slots) {
        long looked = 0;
        long next = ring.getCursor() + 1;
        for (int i = 0; i < slots; i++) {
            looked ^= ring.get(next + i).look();
        }
        return looked;
    }

    /** The highest ring position that any producer has claimed; those up to it will be published. */
    public long claimed() {
        return ring.getCursor();
    }

    /** Becomes the ring's consumer; false while another thread is. */
    public boolean tryOwn() {
        return owned.compareAndSet(false, true);
    }

    /** Lets another thread be the consumer. */
    public void disown() {
        owned.set(false);
    }

    /** The ring position of the oldest event that was not yet released. The consumer only, like all below. */
    public long firstPending() {
        return consumed.get() + 1;
    }

    /** The slot at a ring position, or {@code null} when nothing was published there yet. */
    public LaneSlot peek(long position) {
        return ring.isAvailable(position) ? ring.get(position) : null;
    }

    /** Lets go of all slots up to and including a position that was peeked at. */
    public void release(long lastPosition) {
        for (long position = firstPending(); position <= lastPosition; position++) {
            byte[] lent = ring.get(position).clear();
            if (lent != null) {
                overflow.giveBack(lent);
            }
        }
        consumed.set(lastPosition);
    }
}
