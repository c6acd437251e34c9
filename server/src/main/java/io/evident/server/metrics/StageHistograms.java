package io.evident.server.metrics;

import io.evident.event.Lane;
import io.evident.event.Tier;
import io.evident.pipeline.latency.LatencyRecorder;
import io.evident.pipeline.latency.ReceiptLatencies;
import io.evident.pipeline.latency.ShardLatencies;
import java.util.EnumMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** A histogram for every stage, and for every lane where the stage has lanes. The metrics thread's own. */
final class StageHistograms {
    private final Map<Lane, Histogram> journaled = new EnumMap<>(Lane.class);
    private final Map<Lane, Histogram> synced = new EnumMap<>(Lane.class);
    private final Histogram append = LatencyRecorder.newHistogram();
    private final Histogram force = LatencyRecorder.newHistogram();
    private final Histogram query = LatencyRecorder.newHistogram();

    private final ReceiptTimes receipts = new ReceiptTimes();

    StageHistograms() {
        for (Lane lane : Lane.values()) {
            journaled.put(lane, LatencyRecorder.newHistogram());
            synced.put(lane, LatencyRecorder.newHistogram());
        }
    }

    void drain(ShardLatencies shard) {
        for (Lane lane : Lane.values()) {
            shard.journaled(lane).drainTo(journaled.get(lane));
            shard.synced(lane).drainTo(synced.get(lane));
        }
        shard.append().drainTo(append);
        shard.force().drainTo(force);
    }

    void drain(ReceiptLatencies recorded) {
        receipts.drain(recorded);
    }

    ReceiptTimes receipts() {
        return receipts;
    }

    void drainQueries(Histogram recorded) {
        query.add(recorded);
    }

    void add(StageHistograms other) {
        for (Lane lane : Lane.values()) {
            journaled.get(lane).add(other.journaled.get(lane));
            synced.get(lane).add(other.synced.get(lane));
        }
        append.add(other.append);
        force.add(other.force);
        query.add(other.query);
        receipts.add(other.receipts);
    }

    LatencySummaries summarize() {
        Map<Lane, LatencySummary> journaledByLane = new EnumMap<>(Lane.class);
        Map<Lane, LatencySummary> syncedByLane = new EnumMap<>(Lane.class);
        for (Lane lane : Lane.values()) {
            journaledByLane.put(lane, LatencySummary.of(journaled.get(lane)));
            syncedByLane.put(lane, LatencySummary.of(synced.get(lane)));
        }
        return new LatencySummaries(
                journaledByLane,
                syncedByLane,
                receiptsByLane(Tier.JOURNALED),
                receiptsByLane(Tier.SYNCED),
                LatencySummary.of(receipts.of(Tier.JOURNALED)),
                LatencySummary.of(sum(journaled)),
                LatencySummary.of(sum(synced)),
                LatencySummary.of(append),
                LatencySummary.of(force),
                LatencySummary.of(query));
    }

    private Map<Lane, LatencySummary> receiptsByLane(Tier tier) {
        Map<Lane, LatencySummary> byLane = new EnumMap<>(Lane.class);
        for (Lane lane : Lane.values()) {
            byLane.put(lane, LatencySummary.of(receipts.of(tier, lane)));
        }
        return byLane;
    }

    private static Histogram sum(Map<Lane, Histogram> byLane) {
        Histogram sum = LatencyRecorder.newHistogram();
        byLane.values().forEach(sum::add);
        return sum;
    }
}
