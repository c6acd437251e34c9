package io.evident.load.sink;

import io.evident.event.Lane;
import io.evident.load.target.Answers;
import io.evident.load.target.Durability;
import io.evident.load.target.EventBatch;
import io.evident.load.target.Target;
import io.evident.load.target.TargetSender;
import java.util.concurrent.locks.LockSupport;

/** A system that takes nothing until it is opened, and then answers whatever comes after {@link #SERVICE_NS}. */
final class StuckTarget implements Target {
    /** So long each answer takes, by what it says itself. */
    static final long SERVICE_NS = 1_000_000;

    private static final long PAUSE_NS = 1_000_000;

    private volatile boolean isOpen;

    void open() {
        isOpen = true;
    }

    @Override
    public String name() {
        return "stuck";
    }

    @Override
    public Durability durability() {
        return Durability.MEMORY;
    }

    @Override
    public TargetSender sender(int index, Answers answers) {
        return new TargetSender() {
            @Override
            public boolean send(EventBatch batch, long intendedNs) {
                if (!isOpen) {
                    LockSupport.parkNanos(PAUSE_NS);
                    return false;
                }
                long sentNs = System.nanoTime();
                answers.ofThisThread()
                        .answered(Lane.STANDARD, intendedNs, sentNs, sentNs + SERVICE_NS, batch.count(), 0);
                return true;
            }

            @Override
            public void flush() {}

            @Override
            public long unanswered() {
                return 0;
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public long stored() {
        return 0;
    }

    @Override
    public void close() {}
}
