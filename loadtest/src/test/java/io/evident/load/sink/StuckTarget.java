package io.evident.load.sink;

import io.evident.event.Lane;
import io.evident.load.target.Answers;
import io.evident.load.target.Durability;
import io.evident.load.target.EventBatch;
import io.evident.load.target.Target;
import io.evident.load.target.TargetSender;
import java.util.concurrent.locks.LockSupport;

/** A system that takes nothing for a time, and then answers whatever comes at once. */
final class StuckTarget implements Target {
    private static final long PAUSE_NS = 1_000_000;

    private final long stuckNs;
    private final long beginNs = System.nanoTime();

    StuckTarget(long stuckNs) {
        this.stuckNs = stuckNs;
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
                if (System.nanoTime() - beginNs < stuckNs) {
                    LockSupport.parkNanos(PAUSE_NS);
                    return false;
                }
                answers.answered(Lane.STANDARD, intendedNs, System.nanoTime(), batch.count(), 0);
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
