package io.evident.ingest;

import io.evident.event.EventTime;
import java.time.Instant;

/** The wall clock, as receive times have it. Thread-safe. */
public final class WallClock {
    /** Nanoseconds since 1970. */
    public long timeNs() {
        return EventTime.toNs(Instant.now());
    }
}
