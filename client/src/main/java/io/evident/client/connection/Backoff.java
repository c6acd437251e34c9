package io.evident.client.connection;

import java.util.Random;

/**
 * Waiting times that double with every failure up to a limit. The upper half of each is random, so that many clients of
 * one server do not come back at the same moment. Not thread-safe.
 */
public final class Backoff {
    private final long minMs;
    private final long maxMs;
    private final Random random;

    /** From {@code minMs} up to {@code maxMs}, both at least 1. */
    public Backoff(long minMs, long maxMs, Random random) {
        this.minMs = minMs;
        this.maxMs = maxMs;
        this.random = random;
    }

    /**
     * The next waiting time in milliseconds.
     *
     * @param failures how many there were in a row before, from 0
     */
    public long delayMs(int failures) {
        long fullMs = minMs;
        for (int i = 0; i < failures && fullMs < maxMs; i++) {
            fullMs *= 2;
        }
        fullMs = Math.min(fullMs, maxMs);
        long fixedMs = fullMs - fullMs / 2;
        return fixedMs + (long) (random.nextDouble() * (fullMs - fixedMs + 1));
    }
}
