package io.evident.client.read;

import java.time.Duration;

/** The interval of a histogram as a request has it: a number with {@code s}, {@code m}, {@code h} or {@code d}. Stateless. */
final class IntervalText {
    private static final long MINUTE = 60;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

    private IntervalText() {}

    /** Throws {@link IllegalArgumentException} for what is not whole seconds, or none. */
    static String of(Duration interval) {
        long seconds = interval.toSeconds();
        if (seconds < 1 || !interval.equals(Duration.ofSeconds(seconds))) {
            throw new IllegalArgumentException("an interval of " + interval + " is not whole seconds from 1");
        }
        if (seconds % DAY == 0) {
            return seconds / DAY + "d";
        }
        if (seconds % HOUR == 0) {
            return seconds / HOUR + "h";
        }
        return seconds % MINUTE == 0 ? seconds / MINUTE + "m" : seconds + "s";
    }
}
