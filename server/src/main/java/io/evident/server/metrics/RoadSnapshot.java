package io.evident.server.metrics;

import io.evident.event.Lane;
import java.util.Map;

/**
 * What the metrics thread saw at its last look.
 *
 * @param intervalSeconds length of the last interval, about 1
 * @param receivedPerSecond events offered in the last interval, per second
 * @param storedPerSecond events journaled in the last interval, per second
 * @param storedByLane events journaled since the start, per lane
 * @param receiptsSynced SYNCED receipts sent to waiting senders since the start
 * @param interval latencies of the last interval
 * @param sinceStart latencies since the start
 */
public record RoadSnapshot(
        double intervalSeconds,
        double receivedPerSecond,
        double storedPerSecond,
        Map<Lane, Long> storedByLane,
        long receiptsSynced,
        LatencySummaries interval,
        LatencySummaries sinceStart) {}
