package io.evident.load.engine;

import io.evident.load.target.EventBatch;
import io.evident.load.target.Latencies;
import io.evident.load.target.TargetSender;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * One sending thread: sends each batch when it is due, and what is overdue at once, one after the other. It never skips a
 * batch: what the target does not take in time is late, and its latency says so.
 */
final class SendingLoop implements Runnable {
    private static final long LONGEST_REST_NS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long REST_OF_THE_END_NS = TimeUnit.MICROSECONDS.toNanos(200);

    private final TargetSender sender;
    private final EventBatch batch;
    private final int batchEvents;
    private final Due due;
    private final long firstBatch;
    private final int step;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong blockedNs = new AtomicLong();
    private final SingleWriterRecorder lag = new SingleWriterRecorder(Latencies.HIGHEST_NS, Latencies.DIGITS);
    private volatile long nextBatch;
    private volatile boolean sending = true;
    private volatile boolean finished;
    private volatile boolean ended;
    private volatile Throwable failure;

    /**
     * @param due {@code null} for a closed loop
     * @param firstBatch the number of the first batch of this loop
     * @param step from one of its batches to the next
     */
    SendingLoop(TargetSender sender, EventBatch batch, int batchEvents, Due due, int firstBatch, int step) {
        this.sender = sender;
        this.batch = batch;
        this.batchEvents = batchEvents;
        this.due = due;
        this.firstBatch = firstBatch;
        this.step = step;
        this.nextBatch = firstBatch;
    }

    /** Sends until {@link #stopSending}, then waits for the answers until {@link #end}. */
    @Override
    public void run() {
        try {
            if (due == null) {
                sendAllTheTime();
            } else {
                sendWhatIsDue();
            }
            finished = true;
            while (!ended) {
                sender.flush();
                LockSupport.parkNanos(REST_OF_THE_END_NS);
            }
        } catch (IOException | RuntimeException | Error e) {
            // The thread that carries out the run throws it: without its loop the run would only seem to go on.
            failure = e;
        }
    }

    private void sendAllTheTime() throws IOException {
        batch.fill(batchEvents);
        while (sending) {
            if (sender.send(batch, System.nanoTime())) {
                countSent();
                batch.fill(batchEvents);
            }
        }
    }

    private void sendWhatIsDue() throws IOException {
        for (long number = firstBatch; sending && due.afterBeginNs(number) != Long.MAX_VALUE; number += step) {
            long dueNs = due.atNs(number);
            long lateNs = waitUntil(dueNs);
            if (!sending) {
                return;
            }
            lag.recordValue(Math.min(Math.max(lateNs, 0), Latencies.HIGHEST_NS));
            batch.fill(batchEvents);
            if (!sender.send(batch, dueNs) && !sendLate(dueNs)) {
                return;
            }
            nextBatch = number + step;
            countSent();
        }
    }

    /** Returns how late it is. */
    private long waitUntil(long dueNs) throws IOException {
        long missing = dueNs - System.nanoTime();
        if (missing > 0) {
            sender.flush();
            missing = dueNs - System.nanoTime();
        }
        while (missing > 0 && sending) {
            LockSupport.parkNanos(Math.min(missing, LONGEST_REST_NS));
            missing = dueNs - System.nanoTime();
            if (missing > 0) {
                sender.flush();
            }
        }
        return -missing;
    }

    private boolean sendLate(long dueNs) throws IOException {
        long since = System.nanoTime();
        boolean taken = false;
        while (sending && !taken) {
            taken = sender.send(batch, dueNs);
        }
        blockedNs.lazySet(blockedNs.get() + System.nanoTime() - since);
        return taken;
    }

    private void countSent() {
        sent.lazySet(sent.get() + batchEvents);
    }

    /** Events that the target took. */
    long sent() {
        return sent.get();
    }

    /** How long the target let this loop wait. */
    long blockedNs() {
        return blockedNs.get();
    }

    /** The number of the first batch that was not taken. */
    long nextBatch() {
        return nextBatch;
    }

    Due due() {
        return due;
    }

    int step() {
        return step;
    }

    /** How late batches were tried for the first time, since the last call. */
    Histogram takeLag() {
        return lag.getIntervalHistogram();
    }

    /** Whether nothing more will be sent, and all that was sent has its outcome. */
    boolean isDone() {
        return finished && sender.unanswered() == 0;
    }

    void stopSending() {
        sending = false;
    }

    void end() {
        ended = true;
    }

    /** Throws what went wrong, if anything. */
    void throwFailure() throws IOException {
        Throwable thrown = failure;
        if (thrown != null) {
            throw new IOException(
                    thrown instanceof IOException ? thrown.getMessage() : "a sending thread ended: " + thrown, thrown);
        }
    }
}
