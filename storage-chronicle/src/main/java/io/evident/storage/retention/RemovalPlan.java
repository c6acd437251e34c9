package io.evident.storage.retention;

import io.evident.pipeline.retention.ShardHorizon;
import io.evident.storage.archive.ArchiveWriter;
import io.evident.storage.removed.RemovedEvents;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** What is taken out of a segment. Keeps nothing of the look that it was made from, which may be large. Immutable. */
final class RemovalPlan {
    private final int[] expired;
    private final Map<String, TenantTally> tenants;
    private final boolean isAll;
    private final RemovedEvents removed;

    private RemovalPlan(int[] expired, Map<String, TenantTally> tenants, boolean isAll, RemovedEvents removed) {
        this.expired = expired;
        this.tenants = tenants;
        this.isAll = isAll;
        this.removed = removed;
    }

    static RemovalPlan of(SealedSegment segment, SegmentLook look, ShardHorizon horizon, ArchiveWriter.Pace pace)
            throws IOException {
        int[] expired = new int[segment.blocks()];
        Map<String, TenantTally> tenants = new HashMap<>();
        RemovedEvents.Builder removed = new RemovedEvents.Builder();
        segment.expired(look.contents(), horizon, pace, (index, more) -> {
            long firstSequence = segment.block(index).firstSequence();
            Map<String, Integer> before = look.removed().now(firstSequence);
            Map<String, Integer> now = new HashMap<>(before);
            more.forEach((tenant, tally) -> {
                now.merge(tenant, (int) tally.events(), Integer::sum);
                expired[index] += (int) tally.events();
            });
            removed.add(firstSequence, before, now);
            TenantTally.addAll(tenants, more);
        });
        boolean isAll = tenants.equals(look.contents().tenants());
        return new RemovalPlan(expired, tenants, isAll, removed.build());
    }

    /** How many events of a block, counted from the segment's first. */
    int expired(int block) {
        return expired[block];
    }

    /** Per tenant what is taken out. */
    Map<String, TenantTally> tenants() {
        return tenants;
    }

    /** Whether nothing else is left. */
    boolean isAll() {
        return isAll;
    }

    /** What was removed before, and behind it. */
    RemovedEvents removed() {
        return removed;
    }
}
