package io.evident.server.config;

/**
 * What queries and followers may cost.
 *
 * @param threads threads that answer queries
 * @param maxQueued queries that wait for a thread
 * @param maxAnswerBytes longest page as JSON
 * @param maxTimeMs longest time that a query may take
 * @param maxReadBytes most bytes that a query reads where no index helps
 * @param maxTextBytes the same for a query that looks for a text
 * @param cacheAnswers most answers that are kept
 * @param cacheBytes most memory for them
 * @param cacheSeconds how long an answer is kept
 * @param maxExports exports that are written at a time
 * @param maxFollowers open followers
 * @param heartbeatMs between two signs of life to a quiet follower
 */
public record QueryConfig(
        int threads,
        int maxQueued,
        int maxAnswerBytes,
        int maxTimeMs,
        long maxReadBytes,
        long maxTextBytes,
        int cacheAnswers,
        long cacheBytes,
        int cacheSeconds,
        int maxExports,
        int maxFollowers,
        long heartbeatMs) {}
