package io.evident.server.config;

/**
 * How far back a repeated id is recognised: as far as both bounds allow.
 *
 * @param windowIds ids that are remembered
 * @param windowHours how long an id is remembered
 */
public record DuplicatesConfig(int windowIds, int windowHours) {}
