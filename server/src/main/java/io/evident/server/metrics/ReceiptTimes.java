package io.evident.server.metrics;

import io.evident.event.Lane;
import io.evident.event.Tier;
import io.evident.pipeline.latency.LatencyRecorder;
import io.evident.pipeline.latency.ReceiptLatencies;
import org.HdrHistogram.Histogram;

/** How long senders waited for their receipts, by tier and lane. The metrics thread's own. */
final class ReceiptTimes {
    private final Histogram[] byKind = new Histogram[Tier.values().length * Lane.values().length];

    ReceiptTimes() {
        for (int i = 0; i < byKind.length; i++) {
            byKind[i] = LatencyRecorder.newHistogram();
        }
    }

    Histogram of(Tier tier, Lane lane) {
        return byKind[tier.ordinal() * Lane.values().length + lane.ordinal()];
    }

    /** Over all lanes. */
    Histogram of(Tier tier) {
        Histogram sum = LatencyRecorder.newHistogram();
        for (Lane lane : Lane.values()) {
            sum.add(of(tier, lane));
        }
        return sum;
    }

    void drain(ReceiptLatencies recorded) {
        for (Tier tier : Tier.values()) {
            for (Lane lane : Lane.values()) {
                recorded.drainTo(tier, lane, of(tier, lane));
            }
        }
    }

    void add(ReceiptTimes other) {
        for (int i = 0; i < byKind.length; i++) {
            byKind[i].add(other.byKind[i]);
        }
    }
}
