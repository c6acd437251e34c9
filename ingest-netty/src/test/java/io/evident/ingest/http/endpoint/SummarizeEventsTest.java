package io.evident.ingest.http.endpoint;

import static io.evident.ingest.http.RawClient.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.ingest.LogGuard;
import io.evident.ingest.QueryLimits;
import io.evident.ingest.TestServer;
import io.evident.ingest.http.RawClient;
import io.evident.ingest.http.RawClient.Answer;
import io.evident.pipeline.filter.FilterField;
import io.evident.pipeline.journal.UnreadablePart;
import io.evident.pipeline.query.SummaryAnswer;
import io.evident.pipeline.query.SummaryAnswer.Group;
import io.evident.pipeline.query.SummaryAnswer.Summary;
import io.evident.pipeline.query.SummaryQuery;
import io.evident.pipeline.query.SummaryQuery.ByField;
import io.evident.pipeline.query.SummaryQuery.ByTime;
import io.evident.pipeline.query.SummaryQuery.Total;
import io.evident.pipeline.query.TimeRange;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SummarizeEventsTest {
    private static final long DAY_NS = 86_400_000_000_000L;

    private TestServer server = TestServer.start();

    @AfterEach
    void stop() {
        server.close();
    }

    private Answer ask(String target) throws Exception {
        try (RawClient client = new RawClient(server)) {
            return client.exchange(get(target));
        }
    }

    private SummaryQuery asked() {
        return server.stored.summaries.get(server.stored.summaries.size() - 1);
    }

    @Test
    void counts() throws Exception {
        server.stored.summary = new Summary(1L << 40, List.of(), 0, true, List.of());
        Answer answer = ask("/v1/events/count?tenant=acme&outcome!=success&from=1970-01-01T00:00:00Z");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).matches("\\{\"count\":1099511627776,\"tookMicros\":[0-9]+,\"cache\":\"hit\"}");
        assertThat(asked().grouping()).isEqualTo(new Total());
        assertThat(asked().range()).isEqualTo(new TimeRange(0L, null));
        assertThat(asked().filter().conditions()).hasSize(2);
        assertThat(asked().filter().scope().soleTenant()).isEqualTo("acme");
    }

    @Test
    void tellsTheValuesOfAField() throws Exception {
        server.stored.summary = new Summary(
                10, List.of(new Group("document.read", 0, 6), new Group("say \"hi\"", 0, 3)), 1, false, List.of());
        Answer answer = ask("/v1/events/facets?by=action&limit=2");
        assertThat(answer.text())
                .matches("\\{\"by\":\"action\",\"count\":10,\"values\":\\[\\{\"value\":\"document.read\",\"count\":6},"
                        + "\\{\"value\":\"say \\\\\"hi\\\\\"\",\"count\":3}],\"otherValues\":1,"
                        + "\"tookMicros\":[0-9]+,\"cache\":\"miss\"}");
        assertThat(asked().grouping()).isEqualTo(new ByField(FilterField.ACTION, 2));
    }

    @ParameterizedTest
    @EnumSource(FilterField.class)
    void tellsThemOfEachFieldTwentyUnlessMoreAreWanted(FilterField field) throws Exception {
        server.stored.summary = new Summary(0, List.of(), 0, false, List.of());
        assertThat(ask("/v1/events/facets?by=" + field.text()).json())
                .containsEntry("by", field.text())
                .containsEntry("values", List.of());
        assertThat(asked().grouping()).isEqualTo(new ByField(field, 20));
        ask("/v1/events/facets?limit=10000&by=" + field.text());
        assertThat(asked().grouping()).isEqualTo(new ByField(field, 10_000));
    }

    @Test
    void tellsHowEventsLieInTime() throws Exception {
        server.stored.summary = new Summary(
                5, List.of(new Group(null, -DAY_NS, 2), new Group(null, 2 * DAY_NS, 3)), 0, false, List.of());
        Answer answer = ask("/v1/events/histogram?interval=1d&stream=s");
        assertThat(answer.text())
                .matches(
                        "\\{\"intervalSeconds\":86400,\"count\":5,\"buckets\":\\["
                                + "\\{\"from\":\"1969-12-31T00:00:00Z\",\"count\":2},"
                                + "\\{\"from\":\"1970-01-03T00:00:00Z\",\"count\":3}],\"tookMicros\":[0-9]+,\"cache\":\"miss\"}");
        assertThat(asked().grouping()).isEqualTo(new ByTime(DAY_NS));
    }

    @ParameterizedTest
    @CsvSource({
        "1s, 1",
        "90s, 90",
        "5m, 300",
        "024h, 86400",
        "7d, 604800",
        "36500d, 3153600000",
        "3153600000s, 3153600000"
    })
    void understandsIntervals(String text, long seconds) throws Exception {
        server.stored.summary = new Summary(0, List.of(), 0, false, List.of());
        assertThat(ask("/v1/events/histogram?interval=" + text).status()).isEqualTo(200);
        assertThat(asked().grouping()).isEqualTo(new ByTime(seconds * 1_000_000_000L));
    }

    @ParameterizedTest
    @CsvSource({
        "facets, by, one of tenant",
        "facets?by=color, by, one of tenant",
        "facets?by=ACTION, by, one of tenant",
        "facets?by=action&limit=0, limit, 1 to 10000",
        "facets?by=action&limit=10001, limit, 1 to 10000",
        "facets?by=action&interval=1d, interval, known are",
        "histogram, interval, from 1s to 36500d",
        "histogram?interval=0s, interval, from 1s to 36500d",
        "histogram?interval=1, interval, from 1s to 36500d",
        "histogram?interval=1w, interval, from 1s to 36500d",
        "histogram?interval=-1d, interval, from 1s to 36500d",
        "histogram?interval=1.5h, interval, from 1s to 36500d",
        "histogram?interval=36501d, interval, from 1s to 36500d",
        "histogram?interval=9999999999d, interval, from 1s to 36500d",
        "histogram?interval=1d&limit=5, limit, known are",
        "count?by=action, by, known are",
        "count?order=asc, order, known are",
        "count?actor=, actor, leave it out",
        "count?severity=P9, severity, P0_CRITICAL",
        "count?from=1970-01-01T00:00:01Z&to=1970-01-01T00:00:00Z, from, later"
    })
    void contract9_namesTheParameterThatIsWrongAndTheRemedy(String target, String field, String remedy)
            throws Exception {
        Answer answer = ask("/v1/events/" + target);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json())
                .containsEntry("type", "urn:evident:problem:invalid-query")
                .containsEntry("field", field);
        assertThat(answer.text()).contains(remedy);
        assertThat(server.stored.summaries).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"count", "facets?by=ip", "histogram?interval=1s"})
    void passesARefusalOn(String target) throws Exception {
        server.stored.summary = new SummaryAnswer.Refused(
                new Refusal(RefusalReason.INVALID_QUERY, "text", "cannot be counted; ask for the events instead"));
        String more = target.contains("?") ? "&" : "?";
        Answer answer = ask("/v1/events/" + target + more + "text=consent");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json()).containsEntry("field", "text");
        assertThat(asked().filter().text()).isEqualTo("consent");
    }

    @ParameterizedTest
    @ValueSource(strings = {"count", "facets?by=ip", "histogram?interval=1s"})
    void tellsWhatCannotBeRead(String target) throws Exception {
        server.stored.summary =
                new Summary(0, List.of(), 0, false, List.of(new UnreadablePart(1, 5, 9, "the volume is away")));
        assertThat(ask("/v1/events/" + target).text())
                .endsWith("\"unreadable\":[{\"shard\":1,\"fromSequence\":5,\"toSequence\":9,"
                        + "\"reason\":\"the volume is away\"}]}");
    }

    @Test
    void answersAFailedQueryWithoutItsDetails() throws Exception {
        server.stored.broken = true;
        Answer answer = ask("/v1/events/count");
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.text()).doesNotContain("fire");
        assertThat(LogGuard.take()).hasSize(1);
    }

    @Test
    void contract7_refusesAnAnswerThatIsTooLarge() throws Exception {
        server.close();
        server = TestServer.withQueries(new QueryLimits(1, 1, 200, 1, 60_000));
        server.stored.summary = new Summary(1, List.of(new Group("x".repeat(200), 0, 1)), 0, false, List.of());
        Answer answer = ask("/v1/events/facets?by=actor");
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.text()).contains("smaller limit");
    }

    @Test
    void contract8_countsOfNoTenantThatTheCallerMayNotRead() throws Exception {
        try (RawClient client = new RawClient(server)) {
            String request = "GET /v1/events/count?tenant=other HTTP/1.1\r\nHost: x\r\nAuthorization: "
                    + TestServer.ACME_TOKEN + "\r\n\r\n";
            assertThat(client.exchange(request).status()).isEqualTo(403);
            server.stored.summary = new Summary(0, List.of(), 0, false, List.of());
            client.exchange(request.replace("?tenant=other", ""));
            assertThat(asked().filter().scope().contains("other")).isFalse();
            assertThat(asked().filter().scope().contains("acme-2")).isTrue();
        }
    }
}
