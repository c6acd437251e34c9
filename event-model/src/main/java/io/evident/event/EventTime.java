package io.evident.event;

import java.time.Instant;

/** Event times: nanoseconds since 1970-01-01T00:00:00Z as a signed 64-bit number, years 1677 to 2262. Stateless. */
public final class EventTime {
    private static final long NS_PER_SECOND = 1_000_000_000L;

    private EventTime() {}

    /** Nanoseconds of an instant. Throws {@link ArithmeticException} outside the signed 64-bit range. */
    public static long toNs(Instant instant) {
        long seconds = instant.getEpochSecond();
        long nanos = instant.getNano();
        if (seconds < 0) {
            // From the next whole second backwards, so that the very first instants of the range do not overflow
            // midway.
            return Math.addExact(Math.multiplyExact(seconds + 1, NS_PER_SECOND), nanos - NS_PER_SECOND);
        }
        return Math.addExact(Math.multiplyExact(seconds, NS_PER_SECOND), nanos);
    }

    /** Nanoseconds of an instant, or the nearest end of the signed 64-bit range. */
    public static long toNsSaturated(Instant instant) {
        if (instant.isBefore(toInstant(Long.MIN_VALUE))) {
            return Long.MIN_VALUE;
        }
        return instant.isAfter(toInstant(Long.MAX_VALUE)) ? Long.MAX_VALUE : toNs(instant);
    }

    /** The instant of a number of nanoseconds. */
    public static Instant toInstant(long ns) {
        return Instant.ofEpochSecond(Math.floorDiv(ns, NS_PER_SECOND), Math.floorMod(ns, NS_PER_SECOND));
    }
}
