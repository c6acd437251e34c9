package io.evident.pipeline.admission;

import io.evident.event.Lane;
import io.evident.event.Refusal;

/**
 * Tells whether storage has room for events of a lane. Asked for every new event on network threads: answers from one
 * volatile that somebody else keeps up to date, and never blocks.
 */
public interface RoomGuard {
    /** There is always room: for storage that tells otherwise only when it is written to. */
    RoomGuard ALWAYS = lane -> null;

    /** Why no event of this lane is taken now, or {@code null} when there is room. */
    Refusal refusal(Lane lane);

    /** The same for the volume that a shard writes to now. */
    default Refusal refusal(int shard, Lane lane) {
        return refusal(lane);
    }
}
