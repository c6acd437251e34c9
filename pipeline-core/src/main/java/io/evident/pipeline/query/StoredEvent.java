package io.evident.pipeline.query;

import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.event.Refusal;

/** One event as it was journaled, with its identity. Immutable, as long as nobody changes the bytes below the view. */
public final class StoredEvent {
    private final EventView event;
    private final int shard;
    private final int incarnation;
    private final long sequence;
    private final Lane lane;

    /**
     * Takes a copy of an event in the binary layout.
     *
     * @throws IllegalStateException when the bytes are no event
     */
    public StoredEvent(EventView source, int shard, int incarnation, long sequence, Lane lane) {
        this(shard, incarnation, sequence, lane, new EventView());
        byte[] copy = new byte[source.length()];
        System.arraycopy(source.bytes(), source.offset(), copy, 0, copy.length);
        Refusal refusal = event.wrap(copy, 0, copy.length);
        if (refusal != null) {
            throw new IllegalStateException("stored event " + shard + "/" + sequence + ": " + refusal.detail());
        }
    }

    private StoredEvent(int shard, int incarnation, long sequence, Lane lane, EventView event) {
        this.event = event;
        this.shard = shard;
        this.incarnation = incarnation;
        this.sequence = sequence;
        this.lane = lane;
    }

    /** Takes a view of an event as it is: from now on it and the bytes below it belong to the stored event. */
    public static StoredEvent owning(EventView event, int shard, int incarnation, long sequence, Lane lane) {
        return new StoredEvent(shard, incarnation, sequence, lane, event);
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

    /** As in a {@link io.evident.event.Receipt}: negative for an event that is in the emergency journal only. */
    public long sequence() {
        return sequence;
    }

    public Lane lane() {
        return lane;
    }
}
