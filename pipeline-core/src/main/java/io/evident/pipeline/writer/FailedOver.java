package io.evident.pipeline.writer;

/**
 * How a shard went over to its standby volume.
 *
 * @param reason what failed
 * @param blocks how many blocks were written again
 * @param tookNs how long it took from the moment the writer began to, in nanoseconds
 */
public record FailedOver(String reason, int blocks, long tookNs) {}
