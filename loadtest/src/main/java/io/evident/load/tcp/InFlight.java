package io.evident.load.tcp;

import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The frames of one loop that are not wholly answered: a frame's place here is its correlation id, and leads from an answer
 * to when its events were due and sent. Places are taken by the sending thread and given back by the reading one.
 */
final class InFlight {
    private final int mask;
    private final long[] intendedNs;
    private final long[] sentNs;
    private final int[] unanswered;
    private final int[] free;
    private final AtomicLong givenBack;
    private long taken;

    /** @param leastFrames how many there can be at a time, at the least */
    InFlight(int leastFrames) {
        int capacity = Integer.highestOneBit(Math.max(1, leastFrames - 1)) << 1;
        this.mask = capacity - 1;
        this.intendedNs = new long[capacity];
        this.sentNs = new long[capacity];
        this.unanswered = new int[capacity];
        this.free = new int[capacity];
        for (int i = 0; i < capacity; i++) {
            free[i] = i;
        }
        this.givenBack = new AtomicLong(capacity);
    }

    /** Places that can be taken; the sending thread. */
    int free() {
        return (int) (givenBack.get() - taken);
    }

    /** A place for a frame, of which there has to be one; the sending thread. */
    int take() {
        return free[(int) (taken++ & mask)];
    }

    /** What stands in a place, before the frame is sent; the sending thread. */
    void put(int place, int events, long intended, long sent) {
        intendedNs[place] = intended;
        sentNs[place] = sent;
        unanswered[place] = events;
        // The answer comes through the kernel; this only keeps the compiler from moving the lines above behind the
        // write.
        VarHandle.releaseFence();
    }

    /** Whether this can be the correlation id of an answer; the reading thread. */
    boolean isPlace(long correlationId) {
        VarHandle.acquireFence();
        return correlationId >= 0 && correlationId <= mask;
    }

    long intendedNs(int place) {
        return intendedNs[place];
    }

    long sentNs(int place) {
        return sentNs[place];
    }

    /**
     * So many events of a frame are answered; the reading thread.
     *
     * @return false when the frame had fewer: the answer is wrong
     */
    boolean answered(int place, int events) {
        unanswered[place] -= events;
        if (unanswered[place] == 0) {
            long next = givenBack.get();
            free[(int) (next & mask)] = place;
            givenBack.lazySet(next + 1);
        }
        return unanswered[place] >= 0;
    }
}
