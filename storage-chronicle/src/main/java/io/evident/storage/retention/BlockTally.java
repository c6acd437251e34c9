package io.evident.storage.retention;

import io.evident.event.EventField;
import io.evident.event.EventView;
import io.evident.pipeline.journal.BlockReader;
import java.util.HashMap;
import java.util.Map;

/** Counts the events of blocks. For one thread. */
final class BlockTally {
    private long oldestReceivedNs = Long.MAX_VALUE;

    /** Decides whether an event counts. */
    @FunctionalInterface
    interface Choice {
        boolean counts(EventView event, long sequence);
    }

    /** By tenant what is left of a block. */
    Map<String, TenantTally> of(BlockReader block) {
        return of(block, (event, sequence) -> true);
    }

    /** The same, of some events only. */
    Map<String, TenantTally> of(BlockReader block, Choice choice) {
        Map<String, TenantTally> tenants = new HashMap<>();
        while (block.next()) {
            EventView event = block.event();
            long sequence = block.sequence();
            if (choice.counts(event, sequence)) {
                long receivedNs = event.receivedTimeNs();
                oldestReceivedNs = Math.min(oldestReceivedNs, receivedNs);
                int bytes = Integer.BYTES + event.length();
                tenants.merge(
                        event.text(EventField.TENANT),
                        new TenantTally(1, bytes, sequence, sequence, receivedNs),
                        TenantTally::and);
            }
        }
        return tenants;
    }

    /** The earliest time at which one that counted was received. */
    long oldestReceivedNs() {
        return oldestReceivedNs;
    }
}
