package io.evident.server.metrics;

import org.HdrHistogram.Histogram;

/**
 * One stage's latencies over some time, in nanoseconds; all 0 when nothing was recorded.
 *
 * @param count values recorded
 */
public record LatencySummary(long count, long p50Ns, long p99Ns, long p999Ns, long maxNs) {
    private static final LatencySummary NOTHING = new LatencySummary(0, 0, 0, 0, 0);

    static LatencySummary of(Histogram histogram) {
        return histogram.getTotalCount() == 0
                ? NOTHING
                : new LatencySummary(
                        histogram.getTotalCount(),
                        histogram.getValueAtPercentile(50),
                        histogram.getValueAtPercentile(99),
                        histogram.getValueAtPercentile(99.9),
                        histogram.getMaxValue());
    }

    /** Whether anything was recorded. */
    public boolean isEmpty() {
        return count == 0;
    }
}
