package io.evident.pipeline.lane;

import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.InsufficientCapacityException;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.Sequence;
import io.evident.event.Lane;

/**
 * One lane of one shard: a Disruptor ring with many producers, which only ever try, and one consumer, the shard's writer,
 * which peeks at slots and releases them when their events are journaled.
 */
public final class LaneRing {
    /** Returned by {@link #tryClaim} when the lane is full. */
    static final long FULL = -1;

    private final Lane lane;
    private final RingBuffer<LaneSlot> ring;
    private final OverflowPool overflow;
    private final Sequence consumed = new Sequence();

    /**
     * @param capacity slots, a power of two
     */
    LaneRing(Lane lane, int capacity, OverflowPool overflow) {
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

    /** Claims a slot, which has to be published whatever happens then; {@link #FULL} when there is none. */
    long tryClaim() {
        try {
            return ring.tryNext();
        } catch (InsufficientCapacityException full) {
            // The Disruptor's way to say "no": one shared exception without a stack, so it costs nothing.
            return FULL;
        }
    }

    LaneSlot claimed(long sequence) {
        return ring.get(sequence);
    }

    void publish(long sequence) {
        ring.publish(sequence);
    }

    /** The ring position of the oldest event that was not yet released. The writer's thread only, like all below. */
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
