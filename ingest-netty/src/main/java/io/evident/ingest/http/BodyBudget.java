package io.evident.ingest.http;

import java.util.concurrent.atomic.AtomicLong;

/** The memory that the bodies of all connections together may take. Thread-safe. */
final class BodyBudget {
    private final long maxBytes;
    private final AtomicLong usedBytes = new AtomicLong();

    BodyBudget(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Takes bytes, or nothing and returns false. */
    boolean reserve(int bytes) {
        if (usedBytes.addAndGet(bytes) > maxBytes) {
            usedBytes.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    void release(int bytes) {
        usedBytes.addAndGet(-bytes);
    }

    long usedBytes() {
        return usedBytes.get();
    }
}
