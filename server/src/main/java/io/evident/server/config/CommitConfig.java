package io.evident.server.config;

/**
 * The pace of forcing to the disk.
 *
 * @param minForceIntervalMs least time from the end of one force to the begin of the next; 0 forces as soon as there is
 *     something to force
 * @param maxForceIntervalMs the longest that journaled events stay unforced when nobody waits for SYNCED
 */
public record CommitConfig(long minForceIntervalMs, long maxForceIntervalMs) {}
