package io.evident.sharding.query.fleet;

import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.filter.FilterField;
import io.evident.pipeline.retention.Horizon;
import io.evident.sharding.SlotHash;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What a query looks at: the shards that can hold its answer, at the moment it asks.
 *
 * @param fleet all shards
 * @param horizon what had expired before
 * @param shards those that can hold the answer
 */
public record FleetView(ShardFleet fleet, Horizon horizon, List<ShardView> shards) {
    /** Looks at the shards of a tenant's stream, and those it lived in before; or at all where that is not asked for. */
    public static FleetView of(ShardFleet fleet, Horizon horizon, EventFilter filter) {
        return new FleetView(
                fleet,
                horizon,
                sources(fleet, filter).stream()
                        .map(source -> ShardView.of(source, horizon))
                        .toList());
    }

    private static List<SearchableShard> sources(ShardFleet fleet, EventFilter filter) {
        String tenant = filter.soleTenant();
        String stream = filter.soleValue(FilterField.STREAM);
        if (tenant == null || stream == null) {
            return fleet.shards();
        }
        int slot =
                SlotHash.slotOfStream(tenant.getBytes(StandardCharsets.UTF_8), stream.getBytes(StandardCharsets.UTF_8));
        return fleet.history().shardsOf(slot).stream()
                .mapToObj(fleet.shards()::get)
                .toList();
    }
}
