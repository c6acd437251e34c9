package io.evident.storage.retention;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Who may replace the files of a sealed segment: the archiver or retention, never both. Neither waits for the other. Retention has
 * the right of way: once it found the archiver at work, that begins with no other segment before retention had its turn, or does
 * not come back for it. Thread-safe.
 */
public final class SegmentWork {
    /** For so long at least retention has the right of way: mostly it looks far more often. */
    static final long MIN_RIGHT_OF_WAY_NS = TimeUnit.MINUTES.toNanos(5);
    /** And at the most, if it looks seldom: twice as long as the longest time between two looks. */
    static final long MAX_RIGHT_OF_WAY_NS = TimeUnit.HOURS.toNanos(2);

    private final ReentrantLock lock = new ReentrantLock();
    private final LongSupplier clockNs;
    private volatile boolean isWanted;
    private volatile long wantedNs;
    private volatile long rightOfWayNs = MIN_RIGHT_OF_WAY_NS;

    /** @param clockNs nanoseconds that only grow */
    public SegmentWork(LongSupplier clockNs) {
        this.clockNs = clockNs;
    }

    /** Begins, for the archiver; false when it is not its turn. */
    public boolean beginArchiving() {
        if (isWanted && clockNs.getAsLong() - wantedNs < rightOfWayNs) {
            return false;
        }
        return lock.tryLock();
    }

    /** Begins, for retention; false when the archiver is at work, which then gives way as soon as it is done with its segment. */
    boolean beginRemoving() {
        boolean begun = lock.tryLock();
        if (begun) {
            isWanted = false;
        } else {
            want();
        }
        return begun;
    }

    /** Whether retention could begin now; when not, the archiver gives way as soon as it is done with its segment. */
    boolean isFree() {
        boolean isFree = !lock.isLocked();
        if (!isFree) {
            want();
        }
        return isFree;
    }

    private void want() {
        long nowNs = clockNs.getAsLong();
        // As it came in vain before, it comes so seldom.
        long pauseNs = isWanted ? nowNs - wantedNs : 0;
        rightOfWayNs = Math.max(MIN_RIGHT_OF_WAY_NS, Math.min(MAX_RIGHT_OF_WAY_NS, 2 * pauseNs));
        wantedNs = nowNs;
        isWanted = true;
    }

    /** Ends; on the thread that began. */
    public void end() {
        lock.unlock();
    }
}
