package io.evident.pipeline.journal;

import io.evident.event.Receipt;

/**
 * Sequences of a shard that cannot be read until a failed volume is back; or, of its emergency journal, positions, in the
 * form in which an answer has them in the place of a sequence.
 *
 * @param shard the shard, from 0
 * @param fromSequence the first
 * @param toSequence the last, or {@link #OPEN_END} when nobody knows
 * @param reason a sentence for people
 */
public record UnreadablePart(int shard, long fromSequence, long toSequence, String reason) {
    /** Everything behind. */
    public static final long OPEN_END = Long.MAX_VALUE;

    /** Positions of the emergency journal, from 1. */
    public static UnreadablePart inEmergency(int shard, long fromPosition, long toPosition, String reason) {
        return new UnreadablePart(
                shard, Receipt.atEmergencyPosition(toPosition), Receipt.atEmergencyPosition(fromPosition), reason);
    }

    /** Whether it is of the emergency journal. */
    public boolean isEmergency() {
        return toSequence < Receipt.NO_SEQUENCE;
    }

    /** From where to where, in words. */
    public String range() {
        if (isEmergency()) {
            return "emergency positions " + fromPosition() + " to " + toPosition();
        }
        return "sequences " + fromSequence + (toSequence == OPEN_END ? " on" : " to " + toSequence);
    }

    /** The first position; of the emergency journal only. */
    public long fromPosition() {
        return Receipt.emergencyPositionOf(toSequence);
    }

    /** The last position; of the emergency journal only. */
    public long toPosition() {
        return Receipt.emergencyPositionOf(fromSequence);
    }
}
