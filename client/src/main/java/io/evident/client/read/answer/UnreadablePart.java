package io.evident.client.read.answer;

/**
 * Events of a shard that cannot be read now, as the volume they are on has failed. It names sequences, or positions of the
 * emergency journal, never both.
 *
 * @param shard the shard
 * @param fromSequence the first sequence; {@code null} for a part of the emergency journal
 * @param toSequence the last; {@code null} when nobody knows, or for a part of the emergency journal
 * @param fromEmergencyPosition the first position in the emergency journal; {@code null} for sequences
 * @param toEmergencyPosition the last, or {@code null}
 * @param reason why, for people
 */
public record UnreadablePart(
        int shard,
        Long fromSequence,
        Long toSequence,
        Long fromEmergencyPosition,
        Long toEmergencyPosition,
        String reason) {}
