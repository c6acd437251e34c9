package io.evident.load.peer;

import io.evident.event.Lane;
import io.evident.load.target.Answers;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A batch whose events a system answers one by one, on threads of its own: told of as one when the last answer is there.
 * Thread-safe.
 */
public final class PendingBatch {
    private final Answers answers;
    private final AtomicLong unanswered;
    private final long intendedNs;
    private final long sentNs;
    private final int events;
    private final AtomicInteger left;
    private final AtomicInteger failed = new AtomicInteger();

    /**
     * Begins to wait for so many answers, now.
     *
     * @param unanswered of the sender: becomes more here, and less when the last answer is there
     */
    public PendingBatch(Answers answers, AtomicLong unanswered, long intendedNs, int events) {
        this.answers = answers;
        this.unanswered = unanswered;
        this.intendedNs = intendedNs;
        this.sentNs = System.nanoTime();
        this.events = events;
        this.left = new AtomicInteger(events);
        unanswered.addAndGet(events);
    }

    /**
     * An event was answered.
     *
     * @param problem {@code null} when it is kept
     */
    public void answered(Throwable problem) {
        if (problem != null) {
            answers.failed(problem.toString(), 1);
            failed.incrementAndGet();
        }
        if (left.decrementAndGet() == 0) {
            answers.answered(Lane.STANDARD, intendedNs, sentNs, events - failed.get(), 0);
            unanswered.addAndGet(-events);
        }
    }
}
