package io.evident.load.pool;

import java.util.SplittableRandom;

/**
 * The ids of one sender's events: version 7 of RFC 9562. None comes twice within a run, whatever the number of senders up
 * to 4,096, and the lowest 32 bits, which choose the event from the pool, are the same for the same seed. Not
 * thread-safe.
 */
public final class IdSequence {
    private static final long VERSION_7 = 0x7000L;
    private static final long VARIANT = 0x8000_0000_0000_0000L;
    private static final int SENDER_MASK = 0xFFF;
    private static final long COUNTER_MASK = (1L << 30) - 1;
    /** Odd, so that multiplying by it, in 30 bits, keeps different counters different. */
    private static final long SPREAD = 0x2545_F491L;

    private final SplittableRandom picks;
    private final long fixedBits;
    private long counter;
    private long high;

    /**
     * @param runTag of the run, so that two runs with one seed have different ids
     * @param sender from 0
     */
    public IdSequence(long seed, long runTag, int sender) {
        this.picks = new SplittableRandom(seed + sender);
        this.fixedBits = VERSION_7 | ((runTag + sender) & SENDER_MASK);
        this.counter = runTag >>> 12;
        at(0);
    }

    /** The time in the ids from now on, in milliseconds since 1970. */
    public void at(long timeMs) {
        high = (timeMs << 16) | fixedBits;
    }

    /** The upper half of the next ids. */
    public long high() {
        return high;
    }

    /** The lower half of the next id. */
    public long nextLow() {
        long distinct = (counter++ * SPREAD) & COUNTER_MASK;
        return VARIANT | (distinct << Integer.SIZE) | Integer.toUnsignedLong(picks.nextInt());
    }
}
