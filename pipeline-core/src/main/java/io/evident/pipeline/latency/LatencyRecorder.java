package io.evident.pipeline.latency;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * Latencies of one stage as one thread sees them, in nanoseconds, with two significant digits up to a minute. One thread
 * records, without waiting; another takes what was recorded since it last asked.
 */
public final class LatencyRecorder {
    private static final long HIGHEST_NS = TimeUnit.MINUTES.toNanos(1);

    private final SingleWriterRecorder recorder = new SingleWriterRecorder(1, HIGHEST_NS, 2);
    private Histogram recycled;

    /** Records one latency; what is beyond a minute counts as a minute. The stage's thread only. */
    public void record(long ns) {
        recorder.recordValue(Math.min(Math.max(ns, 1), HIGHEST_NS));
    }

    /** Records the same latency of several events. */
    public void record(long ns, int events) {
        recorder.recordValueWithCount(Math.min(Math.max(ns, 1), HIGHEST_NS), events);
    }

    /** Adds what was recorded since the last call to a histogram. The reading threads take turns. */
    public synchronized void drainTo(Histogram target) {
        recycled = recorder.getIntervalHistogram(recycled);
        target.add(recycled);
    }

    /** A histogram that {@link #drainTo} can add to. */
    public static Histogram newHistogram() {
        return new Histogram(1, HIGHEST_NS, 2);
    }
}
