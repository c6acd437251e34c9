package io.evident.pipeline.query;

import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.event.Refusal;
import io.evident.pipeline.journal.BlockInfo;

/** One event as it was journaled, with its identity. Immutable, as long as nobody changes the bytes below the view. */
public final class StoredEvent {
    private final EventView event;
    private final int shard;
    private final int incarnation;
    private final int epoch;
    private final long sequence;
    private final Lane lane;

    private StoredEvent(EventView event, int shard, BlockInfo block, long sequence) {
        this.event = event;
        this.shard = shard;
        this.incarnation = block.incarnation();
        this.epoch = block.epoch();
        this.sequence = sequence;
        this.lane = block.lane();
    }

    /**
     * Takes a copy of an event in the binary layout.
     *
     * @param block the block it is in
     * @param sequence as in a {@link io.evident.event.Receipt}: negative for an event that is in the emergency journal only
     * @throws IllegalStateException when the bytes are no event
     */
    public static StoredEvent copyOf(EventView source, int shard, BlockInfo block, long sequence) {
        byte[] copy = new byte[source.length()];
        System.arraycopy(source.bytes(), source.offset(), copy, 0, copy.length);
        EventView event = new EventView();
        Refusal refusal = event.wrap(copy, 0, copy.length);
        if (refusal != null) {
            throw new IllegalStateException("stored event " + shard + "/" + sequence + ": " + refusal.detail());
        }
        return new StoredEvent(event, shard, block, sequence);
    }

    /** Takes a view of an event as it is: from now on it and the bytes below it belong to the stored event. */
    public static StoredEvent owning(EventView event, int shard, BlockInfo block, long sequence) {
        return new StoredEvent(event, shard, block, sequence);
    }

    /** The event itself; reading it is safe from any thread. */
    public EventView event() {
        return event;
    }

    public int shard() {
        return shard;
    }

    public int incarnation() {
        return incarnation;
    }

    /** The epoch of the shard map under which it was routed: the order within a stream is epoch, then sequence. */
    public int epoch() {
        return epoch;
    }

    /** As in a {@link io.evident.event.Receipt}: negative for an event that is in the emergency journal only. */
    public long sequence() {
        return sequence;
    }

    public Lane lane() {
        return lane;
    }
}
