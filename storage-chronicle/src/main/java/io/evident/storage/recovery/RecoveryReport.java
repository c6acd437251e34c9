package io.evident.storage.recovery;

import io.evident.storage.segment.Damage;
import java.time.Duration;
import java.util.List;

/**
 * What was found when a shard was opened.
 *
 * @param shard the shard, from 0
 * @param segments segments found
 * @param sealedSegments how many of them were taken over from their block list without reading their events
 * @param blocks good blocks
 * @param events events in them
 * @param lastSequence the highest sequence, or -1 when there is none
 * @param damageCount everything found wrong
 * @param seriousCount how much of it a crash alone does not explain
 * @param damage the first {@link #MAX_LISTED} of it
 * @param supersededBlocks blocks that are on a failed volume and were written again on the standby volume; served once
 * @param took time taken
 */
public record RecoveryReport(
        int shard,
        int segments,
        int sealedSegments,
        int blocks,
        long events,
        long lastSequence,
        int damageCount,
        int seriousCount,
        List<Damage> damage,
        int supersededBlocks,
        Duration took) {

    /** Most damages that are listed. */
    public static final int MAX_LISTED = 1_000;

    public RecoveryReport {
        damage = List.copyOf(damage);
    }

    /** Whether anything was found that a crash alone does not explain. */
    public boolean hasSeriousDamage() {
        return seriousCount > 0;
    }
}
