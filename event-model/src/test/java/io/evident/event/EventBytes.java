package io.evident.event;

import static org.assertj.core.api.Assertions.assertThat;

/** Events in the binary layout, for tests. */
public final class EventBytes {
    private EventBytes() {}

    /** An event as a sender sends it. */
    public static byte[] of(AuditEvent event) {
        EventEncoder encoder = new EventEncoder();
        assertThat(event.encodeInto(encoder)).isNull();
        return of(encoder);
    }

    /** What an encoder holds. */
    public static byte[] of(EventEncoder encoder) {
        byte[] bytes = new byte[encoder.encodedLength()];
        assertThat(encoder.encode(bytes, 0)).isEqualTo(bytes.length);
        return bytes;
    }

    /** A view of bytes that hold one event. */
    public static EventView view(byte[] bytes) {
        EventView view = new EventView();
        assertThat(view.wrap(bytes, 0, bytes.length)).isNull();
        return view;
    }

    /** A view of an event as a sender sends it. */
    public static EventView view(AuditEvent event) {
        return view(of(event));
    }

    /** A view of an event as it is stored. */
    public static EventView stored(AuditEvent event, long receivedTimeNs, String receivedFrom) {
        EventView supplied = view(event);
        byte[] from = receivedFrom.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        byte[] bytes = new byte[EventStamp.stampedLength(supplied, from)];
        int length =
                EventStamp.copyStamped(supplied, supplied.idHigh(), supplied.idLow(), receivedTimeNs, from, bytes, 0);
        assertThat(length).isEqualTo(bytes.length);
        return view(bytes);
    }
}
