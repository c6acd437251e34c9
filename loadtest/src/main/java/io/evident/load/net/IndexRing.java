package io.evident.load.net;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The numbers 0 to n - 1, which one thread takes and another gives back, both without waiting. In the beginning all are
 * there.
 */
public final class IndexRing {
    private final int mask;
    private final int[] free;
    private final AtomicLong givenBack;
    private long taken;

    /** @param leastNumbers how many there are, rounded up to a power of two unless {@code exactly} */
    public IndexRing(int leastNumbers, boolean exactly) {
        int capacity = Integer.highestOneBit(Math.max(1, leastNumbers - 1)) << 1;
        int numbers = exactly ? leastNumbers : capacity;
        this.mask = capacity - 1;
        this.free = new int[capacity];
        for (int i = 0; i < numbers; i++) {
            free[i] = i;
        }
        this.givenBack = new AtomicLong(numbers);
    }

    /** Places for as many numbers. */
    public int capacity() {
        return mask + 1;
    }

    /** Numbers that can be taken now; the taking thread. */
    public int free() {
        return (int) (givenBack.get() - taken);
    }

    /** The number that was given back the longest ago; there has to be one. The taking thread. */
    public int take() {
        return free[(int) (taken++ & mask)];
    }

    /** The giving thread. */
    public void giveBack(int number) {
        long next = givenBack.get();
        free[(int) (next & mask)] = number;
        givenBack.lazySet(next + 1);
    }
}
