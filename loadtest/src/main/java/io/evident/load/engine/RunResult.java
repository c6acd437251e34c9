package io.evident.load.engine;

import io.evident.load.target.Latencies;
import io.evident.load.target.Totals;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What a run brought.
 *
 * @param seconds measured time
 * @param sent events that targets took in it
 * @param measured outcomes that came in it
 * @param judged outcomes that came since it began, last answers included: what is refused only after its end counts as well
 * @param all outcomes of the whole run, warm-up and last answers included
 * @param latencies of events that were due in it
 * @param unsent waiting times so far, in nanoseconds, of events that were due in it and never taken: as many values as such
 *     events; their latency would have been more
 * @param lag how late the generator was to try, in nanoseconds, a value for each batch; what waits for a target's window
 *     makes the next ones late too
 * @param blockedSeconds how long targets let the loops wait, of all loops together
 */
public record RunResult(
        double seconds,
        long sent,
        Totals measured,
        Totals judged,
        Totals all,
        Latencies latencies,
        Histogram unsent,
        Histogram lag,
        double blockedSeconds,
        List<Second> series) {
    /** Events taken per second. */
    public double eventsPerSecond() {
        return measured.allReceipts() / seconds;
    }

    /** Events that share one latency, as those of a batch do; 1 where no batch was counted. */
    public double eventsPerLatency() {
        return lag.getTotalCount() == 0 ? 1 : Math.max(1, (double) sent / lag.getTotalCount());
    }

    /** Latency from when events were due, of all lanes, with those that were never sent. */
    public Histogram response() {
        Histogram all = Latencies.merged(latencies.response());
        all.add(unsent);
        return all;
    }
}
