package io.evident.load.sink;

import io.evident.load.target.Answers;
import io.evident.load.target.Durability;
import io.evident.load.target.EventBatch;
import io.evident.load.target.Target;
import io.evident.load.target.TargetSender;
import java.util.concurrent.locks.LockSupport;

/** A system that takes nothing. */
final class StuckTarget implements Target {
    private static final long PAUSE_NS = 1_000_000;

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
                LockSupport.parkNanos(PAUSE_NS);
                return false;
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
