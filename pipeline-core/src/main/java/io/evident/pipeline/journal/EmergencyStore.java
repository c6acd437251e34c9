package io.evident.pipeline.journal;

import java.util.Objects;

/**
 * The emergency journal of one shard, both sides of it.
 *
 * @param journal for the emergency thread and the committer
 * @param blocks for everyone who reads
 */
public record EmergencyStore(EmergencyJournal journal, EmergencySource blocks) {
    public EmergencyStore {
        Objects.requireNonNull(journal, "journal");
        Objects.requireNonNull(blocks, "blocks");
    }
}
