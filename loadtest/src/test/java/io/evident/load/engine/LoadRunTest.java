package io.evident.load.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.load.check.PassCriterion;
import io.evident.load.intake.SyntheticEvents;
import io.evident.load.pool.EventPool;
import io.evident.load.probe.ReceiptTimes;
import io.evident.load.probe.ServerCost;
import io.evident.load.report.RunRow;
import io.evident.load.schedule.RateCurve;
import io.evident.load.target.Durability;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class LoadRunTest {
    private final LateTarget target = new LateTarget();
    private final Flow flow = new Flow(
            target, EventPool.of(SyntheticEvents.list(1, 256, 0).subList(0, 10)), RateCurve.constant(1_000, 1), 10, 1);

    /** Lets the bad news come only when the measured time is over. */
    private final LoadRun.Progress afterwards = new LoadRun.Progress() {
        @Override
        public void at(boolean warmingUp, long receipts, double seconds) {
            // Only the end counts.
        }

        @Override
        public void ends() {
            target.tell();
        }
    };

    @Test
    void judgesWhatIsRefusedOnlyAfterTheMeasuredTime() throws IOException {
        RunResult result = new LoadRun(List.of(flow), new LoadRun.Length(0, 1, 0), 1, 1, afterwards, () -> false).run();

        assertThat(result.measured().allRefused() + result.measured().allFailed())
                .isZero();
        assertThat(result.judged().allRefused()).isGreaterThan(100);
        assertThat(result.judged().allFailed()).isEqualTo(1);
        assertThat(row(result).passes()).isFalse();
        assertThat(row(result, "rate>1").passes()).isTrue();
        assertThat(row(result, "refused=0", "failed=0").failures()).hasSize(2);
        assertThat(row(result).text()).contains("refused {late=", "unknown {lost=1}");
    }

    @Test
    void endsWithTheReasonWhyASendingThreadEnded() {
        target.fail(new AssertionError("a defect"));
        LoadRun run = new LoadRun(List.of(flow), new LoadRun.Length(0, 100, 0), 1, 1, afterwards, () -> false);

        assertThatThrownBy(run::run).isInstanceOf(IOException.class).hasMessageContaining("a defect");
    }

    private static RunRow row(RunResult result, String... criteria) {
        return new RunRow(
                "late",
                "late",
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
                Stream.of(criteria).map(PassCriterion::parse).toList());
    }

    @Test
    void saysThatNothingWasMeasuredWhenItIsToldToEndInTheWarmUp() {
        LoadRun run = new LoadRun(
                List.of(flow), new LoadRun.Length(100, 1, 0), 1, 1, (warmingUp, receipts, seconds) -> {}, () -> true);

        assertThatThrownBy(run::run).isInstanceOf(IOException.class).hasMessageContaining("nothing was measured");
    }
}
