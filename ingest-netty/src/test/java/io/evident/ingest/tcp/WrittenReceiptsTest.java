package io.evident.ingest.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.Lane;
import io.evident.event.Tier;
import io.evident.pipeline.latency.LatencyRecorder;
import io.evident.pipeline.latency.ReceiptLatencies;
import java.util.Random;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WrittenReceiptsTest {
    private static int kind(Tier tier, Lane lane) {
        return tier.ordinal() | lane.ordinal() << 2;
    }

    @ParameterizedTest(name = "{0} receipts")
    @ValueSource(ints = {0, 1, 1_023, 1_024, 1_025, 5_000})
    void everyReceiptCountsOnceUnderItsTierAndLane(int receipts) {
        ReceiptLatencies latencies = new ReceiptLatencies();
        WrittenReceipts written = new WrittenReceipts(latencies.newThread());
        Random random = new Random(receipts);
        long[][] expected = new long[Tier.values().length][Lane.count()];
        long tick = System.nanoTime();
        for (int i = 0; i < receipts; i++) {
            Tier tier = Tier.values()[random.nextInt(3)];
            Lane lane = Lane.ofCode(random.nextInt(Lane.count()));
            tick -= random.nextInt(3) == 0 ? 1 : 0;
            written.add(kind(tier, lane), tick);
            expected[tier.ordinal()][lane.ordinal()]++;
        }
        written.recordAll();
        written.recordAll();

        for (Tier tier : Tier.values()) {
            for (Lane lane : Lane.values()) {
                Histogram histogram = LatencyRecorder.newHistogram();
                latencies.drainTo(tier, lane, histogram);
                assertThat(histogram.getTotalCount()).isEqualTo(expected[tier.ordinal()][lane.ordinal()]);
            }
        }
    }
}
