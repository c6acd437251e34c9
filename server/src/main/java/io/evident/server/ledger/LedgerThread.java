package io.evident.server.ledger;

import io.evident.pipeline.recorder.LedgerRecorder;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the ledger recorded in equal intervals, and once more at the end. A record that takes longer than an interval is
 * followed by the next at once, never by two.
 */
public final class LedgerThread implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerThread.class);
    /** How long a start that failed waits for a thread that has nothing to do. */
    private static final long END_MS = 1_000;

    private final LedgerRecorder recorder;
    private final int intervalSeconds;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "ledger");
        made.setDaemon(true);
        return made;
    });
    private boolean started;
    private boolean ending;

    /** @param intervalSeconds 0 for no ledger at all */
    public LedgerThread(LedgerRecorder recorder, int intervalSeconds) {
        this.recorder = recorder;
        this.intervalSeconds = intervalSeconds;
    }

    /** Whether a ledger is written. */
    public boolean isOn() {
        return intervalSeconds > 0;
    }

    /** What the records tell about themselves. */
    public LedgerRecorder recorder() {
        return recorder;
    }

    /** Begins; the first record is written after one interval. */
    public void start() {
        started = true;
        if (isOn()) {
            var unused = thread.scheduleAtFixedRate(
                    () -> record(recorder::recordInterval), intervalSeconds, intervalSeconds, TimeUnit.SECONDS);
        }
    }

    private static void record(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            LOG.error("a record of the ledger failed; the next one is tried", e);
        }
    }

    /**
     * Ends, and writes the last record of the run. To be called when nothing but the server's own events is taken any more.
     *
     * @param roadIsEmpty whether nothing else is on the road; when not, a record could only hang as that does, and is left out
     * @param withinMs how long all of it may take
     */
    public void finish(boolean roadIsEmpty, long withinMs) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(withinMs);
        boolean ended = end(withinMs);
        if (started && isOn() && ended && roadIsEmpty) {
            long leftMs = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            record(() -> recorder.recordLast(Math.max(0, leftMs)));
        } else if (started && isOn()) {
            LOG.warn("the ledger's last record is left out, as a disk does not answer; the one before it stands");
        }
        started = false;
    }

    private boolean end(long withinMs) {
        ending = true;
        thread.shutdown();
        try {
            if (thread.awaitTermination(withinMs, TimeUnit.MILLISECONDS)) {
                return true;
            }
            LOG.error("the ledger's thread hangs and is left to itself");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    /** Ends the thread, unless {@link #finish} did. */
    @Override
    public void close() {
        if (!ending) {
            end(END_MS);
        }
    }
}
