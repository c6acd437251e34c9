package io.evident.storage.emergency;

import io.evident.storage.segment.Damage;

/**
 * One thing that a check of a shard's emergency journal found.
 *
 * @param meaning what it means for the events
 * @param damage what and where; the segment is a file, with the label of its copy before it
 */
public record EmergencyFinding(Meaning meaning, Damage damage) {
    /** What a finding means, the lightest first. */
    public enum Meaning {
        /** What a crash leaves behind, or an earlier start set aside. Nothing is to be done. */
        NOTE,
        /** One copy is not whole, and another one is: nothing is lost, and the next start mends it. */
        COPY,
        /** Events may be whole in no copy, or in a file that cannot be served. */
        LOST
    }
}
