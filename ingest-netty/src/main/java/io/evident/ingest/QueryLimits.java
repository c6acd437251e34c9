package io.evident.ingest;

/**
 * What queries, followers and exports may cost.
 *
 * @param threads threads that answer queries; 2 by default
 * @param maxQueued queries that wait for a thread; one more is refused with 503; 64 by default
 * @param maxAnswerBytes longest page as JSON; one that would be longer is refused with 422; 16 MiB by default
 * @param maxFollowers open followers of all connections; one more is refused with 503; 64 by default
 * @param heartbeatMs between two comments that keep a quiet follower's connection alive; 15,000 by default
 * @param maxExports exports that are written at a time, each of which holds one page; one more is refused with 503; 8 by
 *     default
 */
public record QueryLimits(
        int threads, int maxQueued, int maxAnswerBytes, int maxFollowers, long heartbeatMs, int maxExports) {
    private static final int DEFAULT_EXPORTS = 8;

    public QueryLimits {
        Limits.atLeastOne("threads", threads);
        Limits.atLeastOne("maxQueued", maxQueued);
        Limits.atLeastOne("maxAnswerBytes", maxAnswerBytes);
        Limits.atLeastOne("maxFollowers", maxFollowers);
        Limits.atLeastOne("heartbeatMs", heartbeatMs);
        Limits.atLeastOne("maxExports", maxExports);
    }

    /** Limits with the shipped number of exports. */
    public QueryLimits(int threads, int maxQueued, int maxAnswerBytes, int maxFollowers, long heartbeatMs) {
        this(threads, maxQueued, maxAnswerBytes, maxFollowers, heartbeatMs, DEFAULT_EXPORTS);
    }

    /** The shipped limits. */
    public static QueryLimits defaults() {
        return new QueryLimits(2, 64, 16 << 20, 64, 15_000);
    }
}
