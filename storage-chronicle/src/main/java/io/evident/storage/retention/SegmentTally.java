package io.evident.storage.retention;

import io.evident.pipeline.retention.ShardHorizon;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** What a sealed segment still holds, per tenant. Small, so that those of all segments can be kept; immutable. */
public final class SegmentTally {
    private final Map<String, TenantTally> tenants;
    private final long oldestReceivedNs;
    private final long newestReceivedNs;
    private final Details details;

    /** Counts what has expired where a horizon lies within the segment. */
    @FunctionalInterface
    interface Details {
        Map<String, TenantTally> expired(ShardHorizon horizon) throws IOException;
    }

    /** @param names gives the one copy of a name */
    SegmentTally(SegmentContents contents, UnaryOperator<String> names, Details details) {
        Map<String, TenantTally> all = new HashMap<>();
        contents.tenants().forEach((tenant, tally) -> all.put(names.apply(tenant), tally));
        this.tenants = Map.copyOf(all);
        this.oldestReceivedNs = contents.oldestReceivedNs();
        this.newestReceivedNs = tenants.values().stream()
                .mapToLong(TenantTally::newestReceivedNs)
                .max()
                .orElse(0);
        this.details = details;
    }

    /** Per tenant that has events there. */
    public Map<String, TenantTally> tenants() {
        return tenants;
    }

    /** The latest time at which an event that is still there was received, nanoseconds since 1970. */
    public long newestReceivedNs() {
        return newestReceivedNs;
    }

    /** The earliest one. */
    public long oldestReceivedNs() {
        return oldestReceivedNs;
    }

    /** The bytes of all events that are still there, before compression and with their length words. */
    public long bytes() {
        return tenants.values().stream().mapToLong(TenantTally::bytes).sum();
    }

    /**
     * What has expired of it; exact. Reads little where a tenant's horizon lies within its events, else nothing. On the thread
     * of the {@link SegmentRetention} that gave this, and as long as nothing is removed from the segment.
     */
    public Expired expired(ShardHorizon horizon) throws IOException {
        Map<String, TenantTally> expired = new HashMap<>();
        for (Map.Entry<String, TenantTally> each : tenants.entrySet()) {
            long kept = horizon.of(each.getKey());
            TenantTally tally = each.getValue();
            if (tally.firstSequence() < kept && kept <= tally.lastSequence()) {
                return new Expired(details.expired(horizon), false);
            }
            if (tally.lastSequence() < kept) {
                expired.put(each.getKey(), tally);
            }
        }
        return new Expired(expired, expired.size() == tenants.size());
    }
}
