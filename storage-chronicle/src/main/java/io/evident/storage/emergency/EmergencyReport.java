package io.evident.storage.emergency;

import io.evident.storage.segment.Damage;
import java.util.List;

/**
 * What was found when the emergency journal of a shard was opened.
 *
 * @param shard the shard, from 0
 * @param copies how many copies were asked for
 * @param workingCopies how many of them work
 * @param blocks blocks found that are not folded yet
 * @param events events in them
 * @param copiedBlocks how many of the blocks were written anew, because they were not whole in every copy
 * @param blocksNotInEveryCopy how many are in some of the copies only, because there was no room to write them anew
 * @param damageCount everything found wrong
 * @param seriousCount how much of it a crash alone does not explain
 * @param damage the first {@link #MAX_LISTED} of it; what it calls a segment is a file, with the name of its copy before it
 */
public record EmergencyReport(
        int shard,
        int copies,
        int workingCopies,
        int blocks,
        long events,
        int copiedBlocks,
        int blocksNotInEveryCopy,
        int damageCount,
        int seriousCount,
        List<Damage> damage) {
    /** Most damages that are listed. */
    public static final int MAX_LISTED = 1_000;

    public EmergencyReport {
        damage = List.copyOf(damage);
    }

    /** Whether anything was found that a crash alone does not explain. */
    public boolean hasSeriousDamage() {
        return seriousCount > 0;
    }
}
