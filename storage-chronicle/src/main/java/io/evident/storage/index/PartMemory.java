package io.evident.storage.index;

import io.evident.storage.index.active.ActivePart;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How large parts of the index may grow in memory, in events, of which each takes some 100 to 170 bytes there: all shards together fill parts of as
 * many as four full ones, and twice as many wait for their files, for however long no file can be written. Beyond 64 shards it is more, as no part
 * is smaller than 16,384 events. Thread-safe.
 */
final class PartMemory {
    private static final long FILLED_EVENTS = 4L * ActivePart.MAX_EVENTS;
    /** Smaller parts are too many files. */
    private static final int LEAST_EVENTS = 1 << 14;

    private final long filledEvents;
    private final AtomicLong waiting = new AtomicLong();
    private volatile int mostEvents = ActivePart.MAX_EVENTS;

    PartMemory() {
        this(FILLED_EVENTS);
    }

    /** @param filledEvents of the parts of all shards that are being filled; twice as many may wait */
    PartMemory(long filledEvents) {
        this.filledEvents = filledEvents;
    }

    /** So many shards share it from now on. */
    void shareAmong(int shards) {
        mostEvents = (int) Math.max(LEAST_EVENTS, Math.min(ActivePart.MAX_EVENTS, filledEvents / shards));
    }

    /** With how many events a part is complete. */
    int mostEvents() {
        return mostEvents;
    }

    /** A part waits for its file. */
    void waits(ActivePart part) {
        waiting.addAndGet(part.view().events());
    }

    /** It does no longer. */
    void waitsNoMore(ActivePart part) {
        waiting.addAndGet(-part.view().events());
    }

    /** Whether more wait than may. */
    boolean isExceeded() {
        return waiting.get() > 2 * filledEvents;
    }
}
