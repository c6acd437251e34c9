package io.evident.load.pool;

import io.evident.event.AuditEvent;
import io.evident.event.EventEncoder;
import io.evident.event.EventLimits;
import io.evident.event.EventView;
import io.evident.event.Refusal;
import io.evident.event.json.EventJsonWriter;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * Events encoded beforehand, so that the generator only copies while it measures. Each sending gets an id of its own in
 * place, and the id says which event of the pool it is: whoever reads it back knows what has to be in it. Immutable.
 */
public final class EventPool {
    /** Where the 36 characters of the id begin in an event's JSON. */
    public static final int JSON_ID_OFFSET = "{\"id\":\"".length();

    private static final UUID ANY_ID = new UUID(0, 1);

    private final byte[][] events;
    private final byte[][] json;

    private EventPool(byte[][] events, byte[][] json) {
        this.events = events;
        this.json = json;
    }

    /** Given events, made for it or those of real log files, at least one. Their ids do not count. */
    public static EventPool of(List<AuditEvent> given) {
        if (given.isEmpty()) {
            throw new IllegalArgumentException("a pool has at least one event");
        }
        byte[][] events = given.stream().map(EventPool::encode).toArray(byte[][]::new);
        return new EventPool(events, new byte[0][]);
    }

    private static byte[] encode(AuditEvent event) {
        EventEncoder encoder = new EventEncoder();
        Refusal refusal = event.encodeInto(encoder);
        byte[] bytes = new byte[EventLimits.ENCODED_BYTES];
        int length = refusal == null ? encoder.encode(bytes, 0) : -1;
        if (length < 0) {
            throw new IllegalArgumentException("no event that can be sent: " + refusal);
        }
        return Arrays.copyOf(bytes, length);
    }

    /** The same events, also as JSON. */
    public EventPool withJson() {
        EventJsonWriter writer = EventJsonWriter.onOneLine();
        byte[][] texts = new byte[events.length][];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = writer.toBytes(decode(events[i]).withId(ANY_ID));
        }
        return new EventPool(events, texts);
    }

    private static AuditEvent decode(byte[] event) {
        EventView view = new EventView();
        Refusal refusal = view.wrap(event, 0, event.length);
        if (refusal != null) {
            throw new IllegalStateException("an event of the pool cannot be read: " + refusal);
        }
        return AuditEvent.of(view);
    }

    /** How many events there are. */
    public int size() {
        return events.length;
    }

    /** Which event has an id whose lower half is this: any of them, as the lowest 32 bits say. */
    public int indexOf(long idLow) {
        return (int) (((idLow & 0xFFFF_FFFFL) * events.length) >>> Integer.SIZE);
    }

    /** The event's binary form, not to be changed. */
    public byte[] event(int index) {
        return events[index];
    }

    /** The event as JSON on one line with some id, not to be changed; only after {@link #withJson}. */
    public byte[] json(int index) {
        return json[index];
    }

    /** The event that has this id, as it was given. */
    public AuditEvent eventOf(UUID id) {
        return decode(events[indexOf(id.getLeastSignificantBits())]).withId(id);
    }

    /** How many actors the events have: no more than this many come, however many were asked for. */
    public long actors() {
        return Arrays.stream(events)
                .map(event -> decode(event).actorId())
                .distinct()
                .count();
    }

    /** How many owners the events have. */
    public long tenants() {
        return Arrays.stream(events)
                .map(event -> decode(event).tenant())
                .distinct()
                .count();
    }

    /** Mean encoded size in bytes. */
    public double meanBytes() {
        return Arrays.stream(events).mapToInt(event -> event.length).average().orElse(0);
    }

    /** Bytes that the encoded events take together. */
    public long sizeBytes() {
        return Arrays.stream(events).mapToLong(event -> event.length).sum()
                + Arrays.stream(json).mapToLong(text -> text.length).sum();
    }
}
