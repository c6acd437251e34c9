package io.evident.load.engine;

import io.evident.load.schedule.RateCurve;
import java.util.concurrent.TimeUnit;

/**
 * When the batches of one loop are due: the loops of a flow take them in turn. The warm-up, at the curve's first rate, lies
 * before the curve's begin. Immutable.
 */
final class Due {
    private static final double NS = TimeUnit.SECONDS.toNanos(1);

    private final RateCurve curve;
    private final int batch;
    private final long beginNs;
    private final double warmupSeconds;
    private final double warmupEvents;

    /** @param beginNs of the warm-up, by {@link System#nanoTime} */
    Due(RateCurve curve, int batch, long beginNs, int warmupSeconds) {
        this.curve = curve;
        this.batch = batch;
        this.beginNs = beginNs;
        this.warmupSeconds = warmupSeconds;
        this.warmupEvents = curve.firstRate() * warmupSeconds;
    }

    /** Nanoseconds from the begin until a batch is due, {@link Long#MAX_VALUE} for never. */
    long afterBeginNs(long number) {
        double events = (number + 1.0) * batch;
        double seconds = events <= warmupEvents
                ? events / curve.firstRate()
                : warmupSeconds + curve.secondsOf(events - warmupEvents);
        return seconds == RateCurve.NEVER ? Long.MAX_VALUE : (long) (seconds * NS);
    }

    /** When a batch is due by {@link System#nanoTime}; not for one that never is. */
    long atNs(long number) {
        return beginNs + afterBeginNs(number);
    }
}
