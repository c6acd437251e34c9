package io.evident.load.intake;

import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * What an intake did.
 *
 * @param offered events that were due
 * @param taken events that were committed
 * @param commit nanoseconds from the sending of a batch until it was committed, a value for each batch
 */
record IntakeResult(double seconds, long offered, long taken, Histogram commit) {
    double eventsPerSecond() {
        return taken / seconds;
    }

    /** Both, which ran beside each other. */
    IntakeResult with(IntakeResult other) {
        Histogram both = commit.copy();
        both.add(other.commit);
        return new IntakeResult(Math.max(seconds, other.seconds), offered + other.offered, taken + other.taken, both);
    }

    /** For people: one line. */
    String text() {
        return String.format(
                Locale.ROOT,
                "%,d events offered, %,d taken in: %,.0f/s in %.1f s; %,d batches, committed after p50 %.2f ms, p99 %.2f,"
                        + " max %.2f",
                offered,
                taken,
                eventsPerSecond(),
                seconds,
                commit.getTotalCount(),
                ms(commit.getValueAtPercentile(50)),
                ms(commit.getValueAtPercentile(99)),
                ms(commit.getMaxValue()));
    }

    /** For programs: one line of JSON. */
    String json() {
        return String.format(
                Locale.ROOT,
                "{\"offered\":%d,\"taken\":%d,\"seconds\":%.3f,\"eventsPerSecond\":%.0f,\"batches\":%d,"
                        + "\"commitMs\":{\"p50\":%.3f,\"p99\":%.3f,\"max\":%.3f}}",
                offered,
                taken,
                seconds,
                eventsPerSecond(),
                commit.getTotalCount(),
                ms(commit.getValueAtPercentile(50)),
                ms(commit.getValueAtPercentile(99)),
                ms(commit.getMaxValue()));
    }

    private static double ms(long ns) {
        return ns / 1e6;
    }
}
