package io.evident.storage;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** A clock that stands until it is moved. */
final class TestClock implements LongSupplier {
    private final AtomicLong ns = new AtomicLong();

    @Override
    public long getAsLong() {
        return ns.get();
    }

    void move(Duration by) {
        ns.addAndGet(by.toNanos());
    }
}
