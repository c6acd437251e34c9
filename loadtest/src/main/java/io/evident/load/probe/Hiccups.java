package io.evident.load.probe;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * How much longer than asked for a thread rests that asks for one millisecond, again and again: what the machine and the
 * JVM take from every thread, whatever the program does. A rest that missed several turns counts for each of them.
 */
public final class Hiccups implements AutoCloseable {
    private static final long REST_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long HIGHEST_NS = TimeUnit.SECONDS.toNanos(100);

    private final SingleWriterRecorder recorder = new SingleWriterRecorder(HIGHEST_NS, 3);
    private final Thread thread = new Thread(this::record, "load-hiccups");
    private volatile boolean closed;

    private Hiccups() {}

    /** Begins to rest, in a thread of its own. */
    public static Hiccups start() {
        Hiccups hiccups = new Hiccups();
        hiccups.thread.setDaemon(true);
        hiccups.thread.start();
        return hiccups;
    }

    private void record() {
        while (!closed) {
            long before = System.nanoTime();
            LockSupport.parkNanos(REST_NS);
            long tooLong = System.nanoTime() - before - REST_NS;
            recorder.recordValueWithExpectedInterval(Math.min(Math.max(tooLong, 0), HIGHEST_NS), REST_NS);
        }
    }

    /** Since the last call, in nanoseconds. */
    public Histogram take() {
        return recorder.getIntervalHistogram();
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
