package io.evident.server.config;

/**
 * When a block is complete.
 *
 * @param maxEvents most events of a block
 * @param maxBytes most bytes of a block's events
 * @param flushMs the longest an event waits for others to fill its block
 */
public record BlockConfig(int maxEvents, int maxBytes, long flushMs) {}
