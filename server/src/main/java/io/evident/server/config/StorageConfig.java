package io.evident.server.config;

/**
 * The journal.
 *
 * @param segmentBytes a segment that has grown to this size is sealed
 * @param segmentHours a segment of this age is sealed
 */
public record StorageConfig(long segmentBytes, int segmentHours) {}
