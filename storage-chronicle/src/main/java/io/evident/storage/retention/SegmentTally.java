package io.evident.storage.retention;

import io.evident.pipeline.retention.ShardHorizon;
import io.evident.storage.segment.ShardBlocks;
import java.io.IOException;
import java.util.Map;

/** What a sealed segment still holds, per tenant. Small, so that those of all segments can be kept; immutable. */
public final class SegmentTally {
    private final ShardBlocks shard;
    private final int segment;
    private final Map<String, TenantTally> tenants;
    private final long oldestReceivedNs;
    private final long newestReceivedNs;

    SegmentTally(
            ShardBlocks shard,
            int segment,
            Map<String, TenantTally> tenants,
            long oldestReceivedNs,
            long newestReceivedNs) {
        this.shard = shard;
        this.segment = segment;
        this.tenants = Map.copyOf(tenants);
        this.oldestReceivedNs = oldestReceivedNs;
        this.newestReceivedNs = newestReceivedNs;
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

    /**
     * What has expired of it; exact. Reads little where a tenant's horizon lies within its events, else nothing. On the thread
     * of the {@link SegmentRetention} that gave this, and as long as the segment is not removed from.
     */
    public Expired expired(ShardHorizon horizon) throws IOException {
        if (horizon.hidesNothingFrom(segment)) {
            return new Expired(Map.of(), false);
        }
        throw new IOException("shard " + shard.shard() + " cannot be looked into yet");
    }
}
