package io.evident.bench;

import io.evident.event.AuditEvent;
import io.evident.event.EventEncoder;
import io.evident.event.EventView;
import java.util.List;

/** Events in the binary layout, an array each, one after the other and round and round. For one thread. */
final class Encoded {
    private final byte[][] events;
    private int next;

    private Encoded(byte[][] events) {
        this.events = events;
    }

    static Encoded of(List<AuditEvent> events) {
        EventEncoder encoder = new EventEncoder();
        byte[][] encoded = new byte[events.size()][];
        for (int i = 0; i < encoded.length; i++) {
            encoded[i] = of(events.get(i), encoder);
        }
        return new Encoded(encoded);
    }

    /** One event. */
    static byte[] of(AuditEvent event, EventEncoder encoder) {
        if (event.encodeInto(encoder) != null) {
            throw new IllegalStateException("no event that can be sent: " + event);
        }
        byte[] bytes = new byte[encoder.encodedLength()];
        encoder.encode(bytes, 0);
        return bytes;
    }

    byte[] next() {
        byte[] event = events[next];
        next = next + 1 == events.length ? 0 : next + 1;
        return event;
    }

    /** Lets a view show the next event. */
    EventView show(EventView view) {
        byte[] event = next();
        if (view.wrap(event, 0, event.length) != null) {
            throw new IllegalStateException("no event");
        }
        return view;
    }
}
