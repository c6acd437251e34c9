package io.evident.load.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.Tier;
import io.evident.load.engine.Flow;
import io.evident.load.engine.LoadRun;
import io.evident.load.engine.RunResult;
import io.evident.load.http.HttpForm;
import io.evident.load.http.HttpTarget;
import io.evident.load.intake.EventMix;
import io.evident.load.intake.SyntheticEvents;
import io.evident.load.pool.EventPool;
import io.evident.load.schedule.RateCurve;
import io.evident.load.target.Latencies;
import io.evident.load.target.StoredCount;
import io.evident.load.target.Target;
import io.evident.load.tcp.TcpTarget;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The engine against the null sink: every event that was sent is answered once. */
@Timeout(60)
class NullSinkTest {
    private static final StoredCount NOBODY = new StoredCount(null, "");

    private final EventPool pool = EventPool.of(SyntheticEvents.list(
                    1, new EventMix("t-", 3, 10, true, 0.1, 0.1, Map.of(256, 0.9, EventMix.CLOUDTRAIL_BYTES, 0.1))))
            .withJson();
    private NullSink sink;

    @BeforeEach
    void start() throws IOException {
        sink = NullSink.start(0, 0);
    }

    @AfterEach
    void stop() throws IOException {
        sink.close();
    }

    private Target target(String form, int connections, int loops, int batch) throws IOException {
        URI http = URI.create("http://127.0.0.1:" + sink.httpAddress().getPort());
        return form.equals("TCP")
                ? new TcpTarget(sink.tcpAddress(), Tier.JOURNALED, connections, loops, batch, 2 * batch, NOBODY)
                : new HttpTarget(http, Tier.JOURNALED, HttpForm.valueOf(form), connections, loops, NOBODY);
    }

    private RunResult run(Target target, RateCurve curve, int batch, int loops, int warmup, long events)
            throws IOException {
        Flow flow = new Flow(target, pool, curve, batch, loops);
        // A run that ends after so many events has all the time it needs.
        LoadRun.Length length = new LoadRun.Length(warmup, events == 0 ? 1 : 50, events);
        return new LoadRun(List.of(flow), length, 1, 7, (w, r, s) -> {}, () -> false).run();
    }

    @ParameterizedTest(name = "{0}, {1} connections, {2} loops, batches of {3}")
    @CsvSource({
        "TCP,1,1,1", "TCP,7,2,10", "TCP,300,1,3", "TCP,2,1,1000",
        "SINGLE,1,1,1", "SINGLE,100,2,1", "ARRAY,3,1,10", "NDJSON,3,1,500",
    })
    void answersWhatWasOfferedByASchedule(String form, int connections, int loops, int batch) throws IOException {
        int perSecond = 2_000;
        try (Target target = target(form, connections, loops, batch)) {
            RunResult result = run(target, RateCurve.constant(perSecond, 1), batch, loops, 1, 0);

            long due = 2L * perSecond / batch * batch;
            assertThat(result.all().allReceipts() + result.unsent().getTotalCount())
                    .isEqualTo(due);
            assertThat(result.all().allReceipts()).isGreaterThan(0);
            assertThat(result.all().allRefused() + result.all().allFailed()).isZero();
            // Those due in the warm-up have no latency.
            assertThat(result.response().getTotalCount()).isBetween(perSecond - batch - 1L, perSecond + (long) batch);
        }
    }

    @ParameterizedTest
    @CsvSource({"TCP,100", "SINGLE,1", "NDJSON,100"})
    void answersAllThatWasSentAsFastAsItGoes(String form, int batch) throws IOException {
        try (Target target = target(form, 4, 1, batch)) {
            RunResult result = run(target, null, batch, 1, 0, 500);

            assertThat(result.all().allReceipts()).isGreaterThanOrEqualTo(500);
            assertThat(result.all().allReceipts() % batch).isZero();
            assertThat(result.all().duplicates()).isZero();
        }
    }

    @Test
    void tellsWhatWasDueAndCouldNotBeSent() throws IOException {
        try (Target target = new StuckTarget()) {
            RunResult result = run(target, RateCurve.constant(1_000, 1), 10, 1, 0, 0);

            assertThat(result.all().allReceipts()).isZero();
            assertThat(result.unsent().getTotalCount()).isEqualTo(1_000);
            // The first was due after 10 ms of the second; all waited until it was over.
            assertThat(result.response().getMaxValue()).isGreaterThan(980_000_000L);
            assertThat(result.blockedSeconds()).isPositive();
        }
    }

    @Test
    void countsLatencyFromWhenEventsWereDueHoweverLateTheyWereSent() throws IOException {
        try (StuckTarget target = new StuckTarget()) {
            LoadRun.Progress opening = (warmingUp, receipts, seconds) -> {
                if (seconds >= 0.5) {
                    target.open();
                }
            };
            Flow flow = new Flow(target, pool, RateCurve.constant(1_000, 1), 1, 1);
            RunResult result =
                    new LoadRun(List.of(flow), new LoadRun.Length(0, 1, 0), 1, 7, opening, () -> false).run();

            // The last one is due just when the time is over.
            assertThat(result.response().getTotalCount()).isBetween(998L, 1_000L);
            // 400 were due in the first 0.4 s, and answered after 0.5 s at the earliest.
            Histogram response = result.response();
            assertThat(response.getCountBetweenValues(99_000_000L, response.getMaxValue()))
                    .isGreaterThanOrEqualTo(399);
            assertThat(response.getMaxValue()).isGreaterThan(490_000_000L);
            Histogram service = Latencies.merged(result.latencies().service());
            assertThat(service.valuesAreEquivalent(service.getMaxValue(), StuckTarget.SERVICE_NS))
                    .isTrue();
        }
    }
}
