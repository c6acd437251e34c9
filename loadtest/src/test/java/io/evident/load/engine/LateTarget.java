package io.evident.load.engine;

import io.evident.event.Lane;
import io.evident.load.target.Answers;
import io.evident.load.target.Durability;
import io.evident.load.target.EventBatch;
import io.evident.load.target.Target;
import io.evident.load.target.TargetSender;
import java.util.concurrent.atomic.AtomicInteger;

/** Takes every event, answers every second batch at once, and has the bad news of the others when it is told to. */
final class LateTarget implements Target {
    private volatile boolean isTold;
    private volatile Error defect;

    void tell() {
        isTold = true;
    }

    /** It throws this from now on. */
    void fail(Error error) {
        defect = error;
    }

    @Override
    public String name() {
        return "late";
    }

    @Override
    public Durability durability() {
        return Durability.MEMORY;
    }

    @Override
    public TargetSender sender(int index, Answers answers) {
        return new TargetSender() {
            private final AtomicInteger held = new AtomicInteger();
            private boolean isHolding;

            @Override
            public boolean send(EventBatch batch, long intendedNs) {
                if (defect != null) {
                    throw defect;
                }
                isHolding = !isHolding;
                if (isHolding) {
                    held.addAndGet(batch.count());
                } else {
                    answers.answered(Lane.STANDARD, intendedNs, System.nanoTime(), batch.count(), 0);
                }
                return true;
            }

            @Override
            public void flush() {
                if (isTold && held.get() > 0) {
                    answers.refused("late", held.get() - 1);
                    answers.failed("lost", 1);
                    held.set(0);
                }
            }

            @Override
            public long unanswered() {
                return held.get();
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
