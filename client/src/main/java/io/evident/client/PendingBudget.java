package io.evident.client;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How many events, and bytes of them, may be without an answer. Thread-safe; takes a lock only where somebody has to
 * wait.
 */
final class PendingBudget {
    private final int maxEvents;
    private final long maxBytes;
    private final AtomicInteger events = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition released = lock.newCondition();
    private final AtomicInteger waiting = new AtomicInteger();

    PendingBudget(int maxEvents, long maxBytes) {
        this.maxEvents = maxEvents;
        this.maxBytes = maxBytes;
    }

    /** Events that hold a part of the budget. */
    int events() {
        return events.get();
    }

    /** Whether half of it, or more, is taken. */
    boolean isHalfTaken() {
        return 2L * events.get() >= maxEvents || 2 * bytes.get() >= maxBytes;
    }

    boolean tryReserve(int sizeBytes) {
        if (!takeEvent()) {
            return false;
        }
        if (!takeBytes(sizeBytes)) {
            events.decrementAndGet();
            return false;
        }
        return true;
    }

    private boolean takeEvent() {
        int taken = events.get();
        while (taken < maxEvents) {
            int seen = events.compareAndExchange(taken, taken + 1);
            if (seen == taken) {
                return true;
            }
            taken = seen;
        }
        return false;
    }

    private boolean takeBytes(int sizeBytes) {
        long taken = bytes.get();
        while (taken + sizeBytes <= maxBytes) {
            long seen = bytes.compareAndExchange(taken, taken + sizeBytes);
            if (seen == taken) {
                return true;
            }
            taken = seen;
        }
        return false;
    }

    /** As {@link #tryReserve}, but waits for room up to a time. */
    boolean reserve(int sizeBytes, long timeoutNs) throws InterruptedException {
        if (tryReserve(sizeBytes)) {
            return true;
        }
        lock.lockInterruptibly();
        // Counted before the next try: who releases after that try has failed sees that somebody waits.
        waiting.incrementAndGet();
        try {
            long leftNs = timeoutNs;
            while (!tryReserve(sizeBytes)) {
                if (leftNs <= 0) {
                    return false;
                }
                leftNs = released.awaitNanos(leftNs);
            }
            return true;
        } finally {
            waiting.decrementAndGet();
            lock.unlock();
        }
    }

    void release(int sizeBytes) {
        bytes.addAndGet(-sizeBytes);
        events.decrementAndGet();
        if (waiting.get() > 0) {
            lock.lock();
            try {
                released.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}
