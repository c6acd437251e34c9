package io.evident.server.config;

/**
 * What both protocols share.
 *
 * @param eventLoops network threads of each protocol; 0 for half of the processors, at least one
 * @param maxConnections open connections of both protocols
 * @param writeStallTimeoutMs how long a client may leave its answers unread
 */
public record IngestConfig(int eventLoops, int maxConnections, long writeStallTimeoutMs) {}
