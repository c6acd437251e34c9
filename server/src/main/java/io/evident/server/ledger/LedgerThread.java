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
    /** Longer than a record can take. */
    private static final long END_MS = 15_000;

    private final LedgerRecorder recorder;
    private final int intervalSeconds;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "ledger");
        made.setDaemon(true);
        return made;
    });
    private boolean started;

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
                    () -> record(recorder::record), intervalSeconds, intervalSeconds, TimeUnit.SECONDS);
        }
    }

    private static void record(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            LOG.error("a record of the ledger failed; the next one is tried", e);
        }
    }

    /** Writes the last record of the run. To be called when nothing but the server's own events is taken any more. */
    public void finish() {
        end();
        if (started && isOn()) {
            started = false;
            record(recorder::recordLast);
        }
    }

    private void end() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(END_MS, TimeUnit.MILLISECONDS)) {
                LOG.error("the ledger's thread hangs and is left to itself");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        end();
    }
}
