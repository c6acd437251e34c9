package io.evident.server.metrics;

import io.evident.event.Lane;
import io.evident.event.Tier;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * How long senders have waited for their receipts since the start, as a Prometheus histogram: the difference of two looks
 * tells of the time between them. Its bounds are where the targets are, and a half to a third apart elsewhere. Thread-safe.
 */
final class ReceiptHistogram implements Collector {
    private static final String NAME = "evident_receipt_latency_seconds";
    private static final double US_PER_SECOND = 1e6;
    private static final long NS_PER_US = 1_000;
    private static final long[] BOUNDS_US = {
        50, 75, 100, 150, 200, 300, 400, 500, 700, 1_000, 1_500, 2_000, 3_000, 4_000, 5_000, 7_000, 10_000, 15_000,
        20_000, 30_000, 50_000, 70_000, 100_000, 200_000, 500_000, 1_000_000, 5_000_000
    };

    private final MetricsThread metrics;

    ReceiptHistogram(MetricsThread metrics) {
        this.metrics = metrics;
    }

    @Override
    public HistogramSnapshot collect() {
        HistogramSnapshot.Builder snapshot = HistogramSnapshot.builder()
                .name(NAME)
                .help(
                        "from the reading of a frame or request until its receipt was written, by the receipt's tier; without duplicates");
        ReceiptTimes times = metrics.receipts();
        for (Tier tier : Tier.values()) {
            for (Lane lane : Lane.values()) {
                snapshot.dataPoint(point(tier, lane, times.of(tier, lane)));
            }
        }
        return snapshot.build();
    }

    private static HistogramDataPointSnapshot point(Tier tier, Lane lane, Histogram times) {
        List<Double> bounds = new ArrayList<>();
        List<Number> counts = new ArrayList<>();
        long below = 0;
        for (long boundUs : BOUNDS_US) {
            long count = times.getCountBetweenValues(0, boundUs * NS_PER_US);
            bounds.add(boundUs / US_PER_SECOND);
            counts.add(count - below);
            below = count;
        }
        bounds.add(Double.POSITIVE_INFINITY);
        counts.add(times.getTotalCount() - below);
        return HistogramDataPointSnapshot.builder()
                .labels(Labels.of("tier", tier.text(), "lane", lane.text()))
                .classicHistogramBuckets(ClassicHistogramBuckets.of(bounds, counts))
                .sum(times.getMean() * times.getTotalCount() / (US_PER_SECOND * NS_PER_US))
                .build();
    }
}
