package io.evident.pipeline.recorder;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** How the recorder waits for other threads; a test that has none lets the road work meanwhile. */
@FunctionalInterface
public interface Patience {
    /** Waits until something is so, or the time is over; returns whether it is so. */
    boolean await(BooleanSupplier condition, long timeoutMs);

    /** Looks again every few milliseconds. What is waited for is a force or a receipt, a few times a minute. */
    static Patience parking() {
        return (condition, timeoutMs) -> {
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
            boolean met = condition.getAsBoolean();
            while (!met && System.nanoTime() - deadline < 0) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
                met = condition.getAsBoolean();
            }
            return met;
        };
    }
}
