package io.evident.server.config;

/**
 * What queries and followers may cost.
 *
 * @param threads threads that answer queries
 * @param maxQueued queries that wait for a thread
 * @param maxAnswerBytes longest page as JSON
 * @param maxFollowers open followers
 * @param heartbeatMs between two signs of life to a quiet follower
 */
public record QueryConfig(int threads, int maxQueued, int maxAnswerBytes, int maxFollowers, long heartbeatMs) {}
