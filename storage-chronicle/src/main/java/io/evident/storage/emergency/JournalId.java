package io.evident.storage.emergency;

import java.util.UUID;

/** Tells the files of one shard's emergency journal from those of another data directory. */
record JournalId(long high, long low) {
    static JournalId random() {
        UUID random = UUID.randomUUID();
        return new JournalId(random.getMostSignificantBits(), random.getLeastSignificantBits());
    }
}
