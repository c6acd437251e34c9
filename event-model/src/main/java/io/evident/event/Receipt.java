package io.evident.event;

import java.util.Objects;
import java.util.UUID;

/**
 * The answer to an accepted event.
 *
 * @param id the event's id, the sender's or the one Evident assigned
 * @param shard the shard that holds it, from 0
 * @param incarnation the shard's opening in which it was written, from 1; 0 while only {@link Tier#ACCEPTED}
 * @param sequence its position in the shard, from 0; {@link #NO_SEQUENCE} while only {@link Tier#ACCEPTED}; below that for
 *     an event that is in the emergency journal and gets its sequence later, see {@link #emergencyPosition()}
 * @param tier the tier that was really reached
 * @param lane the lane it went through
 * @param duplicate whether an event with this id and content was there before; identity and tier are then the first's
 */
public record Receipt(UUID id, int shard, int incarnation, long sequence, Tier tier, Lane lane, boolean duplicate) {
    /** Stands for "has no sequence yet". */
    public static final long NO_SEQUENCE = -1;

    public Receipt {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(tier, "tier");
        Objects.requireNonNull(lane, "lane");
    }

    /**
     * What stands in the place of the sequence of an event that is in the emergency journal.
     *
     * @param position its position there, from 1
     */
    public static long atEmergencyPosition(long position) {
        return NO_SEQUENCE - position;
    }

    /** The position that something in the place of a sequence stands for; 0 when it stands for none. */
    public static long emergencyPositionOf(long sequence) {
        return sequence < NO_SEQUENCE ? NO_SEQUENCE - sequence : 0;
    }

    /** Whether the event has its place in the shard's order already. */
    public boolean hasSequence() {
        return sequence >= 0;
    }

    /** The event's position in its shard's emergency journal, from 1; 0 when it is not there or was folded in. */
    public long emergencyPosition() {
        return emergencyPositionOf(sequence);
    }
}
