package io.evident.sharding.query;

import java.time.Duration;

/**
 * How many answers are kept for being asked for again.
 *
 * @param answers most answers, at least 1
 * @param bytes most memory for them, in bytes, at least 1
 * @param keptFor how long an answer is kept
 */
public record CacheLimits(int answers, long bytes, Duration keptFor) {
    /** 10,000 answers, 64 MiB, 5 minutes. */
    public static final CacheLimits DEFAULT = new CacheLimits(10_000, 64L << 20, Duration.ofMinutes(5));

    public CacheLimits {
        if (answers < 1 || bytes < answers || keptFor.isNegative() || keptFor.isZero()) {
            throw new IllegalArgumentException("a cache of " + answers + " answers, " + bytes + " bytes, " + keptFor);
        }
    }
}
