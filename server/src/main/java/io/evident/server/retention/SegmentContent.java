package io.evident.server.retention;

import io.evident.storage.retention.TenantTally;
import java.util.Map;

/**
 * What a sealed segment still holds.
 *
 * @param tenants by tenant, only those that have events there
 * @param newestReceivedNs when the newest of all was received
 */
record SegmentContent(Map<String, TenantTally> tenants, long newestReceivedNs) {
    /** The bytes of all events. */
    long bytes() {
        return tenants.values().stream().mapToLong(TenantTally::bytes).sum();
    }

    /** The first sequence; {@link Long#MAX_VALUE} when nothing is left. */
    long firstSequence() {
        return tenants.values().stream()
                .mapToLong(TenantTally::firstSequence)
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /** The last sequence; -1 when nothing is left. */
    long lastSequence() {
        return tenants.values().stream()
                .mapToLong(TenantTally::lastSequence)
                .max()
                .orElse(-1);
    }
}
