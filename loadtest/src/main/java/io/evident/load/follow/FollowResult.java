package io.evident.load.follow;

import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * What came of a step. Histograms are of nanoseconds.
 *
 * @param seconds how long intake took
 * @param intake from the intended sending of an event to its receipt
 * @param lag from an event's receipt to its arrival at a follower, one value for each arrival
 * @param expected arrivals that there had to be
 * @param lost of them did not come
 * @param extra arrivals that there must not be
 * @param queries from the intended asking to the end of the answer
 * @param cores processor time of the server per time
 */
record FollowResult(
        int followers,
        double seconds,
        Histogram intake,
        long refused,
        long unknown,
        Histogram lag,
        long expected,
        long lost,
        long extra,
        Histogram queries,
        long queriesRefused,
        double cores) {
    static final String HEADER = """
            | followers | events/s | receipt p50 ms | p99 | refused | arrivals/s | lost | extra | lag p50 ms | p99 | max \
            | queries/s | p50 ms | p99 | refused | server cores |
            | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |""";

    /** Whether every follower got what it should, and nothing else. */
    boolean isRight() {
        return lost == 0 && extra == 0 && unknown == 0;
    }

    /** A row below {@link #HEADER}. */
    String row() {
        return String.format(
                Locale.ROOT,
                "| %,d | %,.0f | %.2f | %.2f | %,d | %,.0f | %,d | %,d | %.2f | %.2f | %.1f | %,.0f | %.2f | %.2f | %,d | %.2f |",
                followers,
                intake.getTotalCount() / seconds,
                ms(intake, 50),
                ms(intake, 99),
                refused + unknown,
                lag.getTotalCount() / seconds,
                lost,
                extra,
                ms(lag, 50),
                ms(lag, 99),
                ms(lag, 100),
                queries.getTotalCount() / seconds,
                ms(queries, 50),
                ms(queries, 99),
                queriesRefused,
                cores);
    }

    private static double ms(Histogram histogram, double percentile) {
        return histogram.getValueAtPercentile(percentile) / 1e6;
    }
}
