package io.evident.server.config;

/**
 * The TCP protocol: where it listens, and what one connection may cost.
 *
 * @param maxFrameBytes longest frame that is read
 * @param maxBatchEvents most events of one frame
 * @param windowEvents events of one connection that may wait for their answer
 * @param helloTimeoutMs from the opening of a connection to its hello
 * @param frameTimeoutMs from the first byte of a frame to its last
 * @param idleTimeoutMs how long a connection without any frame or unanswered event stays open
 */
public record TcpConfig(
        HostPort address,
        int maxFrameBytes,
        int maxBatchEvents,
        int windowEvents,
        long helloTimeoutMs,
        long frameTimeoutMs,
        long idleTimeoutMs) {}
