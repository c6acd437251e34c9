package io.evident.load.dataset;

import java.util.SplittableRandom;

/**
 * Ranks of which few are common and most are rare: Zipf's law with exponent 1, in its continuous form, whose inverse is
 * an exponential. Rank r of n has the probability ln((r + 2) / (r + 1)) / ln(n + 1). Immutable.
 */
public final class Zipf {
    private final int ranks;
    private final double logarithm;

    /** @param ranks how many there are, at least 1 */
    public Zipf(int ranks) {
        this.ranks = ranks;
        this.logarithm = Math.log(ranks + 1.0);
    }

    /** A rank, from 0, the most common one. */
    public int next(SplittableRandom random) {
        return Math.min(ranks - 1, (int) Math.exp(random.nextDouble() * logarithm) - 1);
    }
}
