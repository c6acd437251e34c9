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
 * @param interval latencies of the last interval
 * @param sinceStart latencies since the start, or since they were last begun anew
 */
public record RoadSnapshot(
        double intervalSeconds,
        double receivedPerSecond,
        double storedPerSecond,
        Map<Lane, Long> storedByLane,
        LatencySummaries interval,
        LatencySummaries sinceStart) {}
