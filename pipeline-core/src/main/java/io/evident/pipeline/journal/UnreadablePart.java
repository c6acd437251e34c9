package io.evident.pipeline.journal;

/**
 * Sequences of a shard that cannot be read until a failed volume is back.
 *
 * @param shard the shard, from 0
 * @param fromSequence the first
 * @param toSequence the last, or {@link #OPEN_END} when nobody knows
 * @param reason a sentence for people
 */
public record UnreadablePart(int shard, long fromSequence, long toSequence, String reason) {
    /** Everything behind. */
    public static final long OPEN_END = Long.MAX_VALUE;
}
