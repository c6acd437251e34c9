package io.evident.load.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.Lane;
import io.evident.load.check.PassCriterion;
import io.evident.load.engine.RunResult;
import io.evident.load.probe.ReceiptTimes;
import io.evident.load.probe.ServerCost;
import io.evident.load.target.Answers;
import io.evident.load.target.Durability;
import io.evident.load.target.Latencies;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

final class RunRowTest {
    private static final int EVENTS = 10_000;

    private static RunRow row(long unsent, String criterion) {
        Answers answers = new Answers();
        answers.measure(0, Long.MAX_VALUE);
        answers.ofThisThread().answered(Lane.CRITICAL, 0, 0, 1_000_000, EVENTS, 0);
        answers.ofThisThread().answered(Lane.STANDARD, 0, 0, 1_000_000, EVENTS, 0);
        Histogram waited = new Histogram(Latencies.HIGHEST_NS, Latencies.DIGITS);
        waited.recordValueWithCount(2_000_000, unsent);
        RunResult result = new RunResult(
                1,
                2 * EVENTS,
                answers.totals(),
                answers.totals(),
                answers.totals(),
                answers.takeLatencies(),
                waited,
                new Histogram(3),
                0,
                List.of());
        return new RunRow(
                "run",
                "target",
                Durability.MEMORY,
                Map.of(),
                false,
                result,
                0,
                new Histogram(3),
                ServerCost.UNKNOWN,
                ReceiptTimes.UNKNOWN,
                null,
                0,
                List.of(PassCriterion.parse(criterion)));
    }

    @Test
    void judgesALaneWhenEverythingWasSent() {
        assertThat(row(0, "critical.p99<2ms").failures()).isEmpty();
        assertThat(row(0, "critical.p99<2ms").text()).doesNotContain("never sent");
    }

    @Test
    void judgesNoLaneWhenEventsWereNeverSent() {
        RunRow row = row(1, "critical.p99<2ms");

        assertThat(row.failures())
                .singleElement()
                .asString()
                .contains("critical.p99<2ms cannot be judged: 1 events were due and never sent");
        assertThat(row.text()).contains("critical without what was never sent");
        assertThat(JsonLine.of(row.json())).contains("\"isWithoutUnsent\":true");
        assertThat(row(1, "p99<2.1ms").failures()).isEmpty();
    }
}
