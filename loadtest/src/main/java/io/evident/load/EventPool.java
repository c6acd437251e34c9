package io.evident.load;

import io.evident.event.AuditEvent;
import io.evident.event.EventEncoder;
import io.evident.event.EventLimits;
import io.evident.event.Refusal;
import java.util.Arrays;
import java.util.List;

/**
 * Events in the binary layout, made beforehand, so that the generator only copies while it measures. Each sending gets an
 * id of its own in place. Immutable.
 */
final class EventPool {
    private final byte[][] events;

    private EventPool(List<byte[]> events) {
        this.events = events.toArray(byte[][]::new);
    }

    /** Given events, made for it or those of real log files. */
    static EventPool of(List<AuditEvent> given) {
        return new EventPool(given.stream().map(EventPool::encode).toList());
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

    int size() {
        return events.length;
    }

    /** The bytes of an event, not to be changed. */
    byte[] event(int index) {
        return events[index];
    }

    /** Mean encoded size in bytes. */
    double meanBytes() {
        return Arrays.stream(events).mapToInt(event -> event.length).average().orElse(0);
    }
}
