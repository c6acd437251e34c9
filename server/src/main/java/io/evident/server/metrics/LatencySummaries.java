package io.evident.server.metrics;

import io.evident.event.Lane;
import java.util.Map;

/**
 * The latencies of all stages over some time.
 *
 * @param journaledByLane per lane; {@code journaled} is over all lanes
 * @param syncedByLane per lane; {@code synced} is over all lanes
 * @param journaledReceipts per lane, until the JOURNALED receipt was written; {@code journaledReceipt} is over all lanes
 * @param syncedReceipts per lane, until the SYNCED receipt was written
 */
public record LatencySummaries(
        Map<Lane, LatencySummary> journaledByLane,
        Map<Lane, LatencySummary> syncedByLane,
        Map<Lane, LatencySummary> journaledReceipts,
        Map<Lane, LatencySummary> syncedReceipts,
        LatencySummary journaledReceipt,
        LatencySummary journaled,
        LatencySummary synced,
        LatencySummary append,
        LatencySummary force,
        LatencySummary query) {}
