package io.evident.load.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.Lane;
import io.evident.event.Tier;
import org.junit.jupiter.api.Test;

final class ReceiptTimesTest {
    private static final String BEFORE = metrics(40, 90, 100, 100) + metrics("critical", 1, 1, 1, 2);
    private static final String AFTER = metrics(90, 189, 200, 200) + metrics("critical", 1, 1, 1, 2);

    private static String metrics(long... counts) {
        return metrics("standard", counts);
    }

    private static String metrics(String lane, long... counts) {
        String[] bounds = {"1.5E-4", "7.0E-4", "1.0", "+Inf"};
        StringBuilder text = new StringBuilder("# TYPE evident_receipt_latency_seconds histogram\n");
        for (int i = 0; i < bounds.length; i++) {
            text.append("evident_receipt_latency_seconds_bucket{lane=\"")
                    .append(lane)
                    .append("\",tier=\"journaled\",le=\"")
                    .append(bounds[i])
                    .append("\"} ")
                    .append(counts[i])
                    .append('\n');
        }
        return text.append("evident_receipt_latency_seconds_count{lane=\"standard\",tier=\"journaled\"} 7\n")
                .toString();
    }

    private static ReceiptTimes between() {
        return ReceiptTimes.parse(AFTER, Tier.JOURNALED).since(ReceiptTimes.parse(BEFORE, Tier.JOURNALED));
    }

    @Test
    void tellsOnlyWhatCameBetweenTwoLooks() {
        assertThat(between().lanes()).containsExactly(Lane.STANDARD);
        assertThat(between().count(null)).isEqualTo(100);
    }

    @Test
    void tellsTheLeastBoundThatASoManiethReceiptWasWithin() {
        assertThat(between().atMostMs(Lane.STANDARD, 50)).isEqualTo(0.15);
        assertThat(between().atMostMs(Lane.STANDARD, 51)).isEqualTo(0.7);
        assertThat(between().atMostMs(null, 99)).isEqualTo(0.7);
        assertThat(between().atMostMs(null, 99.5)).isEqualTo(1000);
        assertThat(between().atMostMs(null, 100)).isEqualTo(1000);
    }

    @Test
    void tellsABoundThatExactlySoManyThousandthsWereWithin() {
        ReceiptTimes exact = ReceiptTimes.parse(metrics(500, 999, 1_000, 1_000), Tier.JOURNALED);

        assertThat(exact.atMostMs(null, 99.9)).isEqualTo(0.7);
        assertThat(exact.atMostMs(null, 99.99)).isEqualTo(1000);
    }

    @Test
    void addsLanesUp() {
        ReceiptTimes all = ReceiptTimes.parse(BEFORE, Tier.JOURNALED);

        assertThat(all.lanes()).containsExactly(Lane.CRITICAL, Lane.STANDARD);
        assertThat(all.count(null)).isEqualTo(102);
        assertThat(all.atMostMs(null, 40)).isEqualTo(0.15);
        assertThat(all.atMostMs(Lane.CRITICAL, 50)).isEqualTo(0.15);
    }

    @Test
    void saysNothingOfWhatIsBeyondAllBounds() {
        assertThat(ReceiptTimes.parse(BEFORE, Tier.JOURNALED).atMostMs(Lane.CRITICAL, 99))
                .isNaN();
    }

    @Test
    void saysNothingOfAnotherTierOrLane() {
        ReceiptTimes synced = ReceiptTimes.parse(BEFORE, Tier.SYNCED);

        assertThat(synced.lanes()).isEmpty();
        assertThat(synced.count(null)).isZero();
        assertThat(synced.atMostMs(null, 50)).isNaN();
        assertThat(between().atMostMs(Lane.CRITICAL, 50)).isNaN();
    }

    @Test
    void saysNothingOfAServerWithoutSuchFigures() {
        assertThat(ReceiptTimes.parse("up 1\n", Tier.JOURNALED).count(null)).isZero();
        assertThat(ReceiptTimes.UNKNOWN.since(ReceiptTimes.UNKNOWN).lanes()).isEmpty();
    }
}
