package io.evident.client;

import io.evident.event.EventEncoder;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Event encoders for any number of sending threads: each takes one, uses it and gives it back. A thread that finds its
 * place empty makes a new one, so nobody waits; unlike thread locals, none outlive the client. Thread-safe.
 */
final class EncoderPool {
    private static final int PLACES = 16;

    private final AtomicReferenceArray<EventEncoder> places = new AtomicReferenceArray<>(PLACES);

    EventEncoder take() {
        EventEncoder encoder = places.getAndSet(place(), null);
        return encoder == null ? new EventEncoder() : encoder;
    }

    void give(EventEncoder encoder) {
        places.lazySet(place(), encoder);
    }

    @SuppressWarnings("deprecation") // threadId() needs JDK 19; the id of a platform or virtual thread is the same here
    private static int place() {
        return (int) Thread.currentThread().getId() & (PLACES - 1);
    }
}
