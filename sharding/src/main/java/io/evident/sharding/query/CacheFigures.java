package io.evident.sharding.query;

/**
 * How well the query cache does.
 *
 * @param hits answers that came from it, since the start
 * @param misses queries for which it had no answer that still held
 * @param evictions answers that gave way to others, or grew too old
 * @param answers how many it holds
 * @param bytes about how much memory they take
 */
public record CacheFigures(long hits, long misses, long evictions, long answers, long bytes) {}
