package io.evident.server.metrics;

import io.evident.event.Lane;
import java.util.Map;

/**
 * The latencies of all stages over some time.
 *
 * @param journaledByLane per lane; {@code journaled} is over all lanes
 * @param syncedByLane per lane; {@code synced} is over all lanes
 */
public record LatencySummaries(
        Map<Lane, LatencySummary> journaledByLane,
        Map<Lane, LatencySummary> syncedByLane,
        LatencySummary journaled,
        LatencySummary synced,
        LatencySummary append,
        LatencySummary force,
        LatencySummary query) {}
