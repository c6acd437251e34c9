package io.evident.ingest.http.endpoint;

import static io.evident.ingest.TestEvents.id;
import static io.evident.ingest.http.RawClient.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.Outcome;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.Severity;
import io.evident.ingest.LogGuard;
import io.evident.ingest.QueryLimits;
import io.evident.ingest.TestEvents;
import io.evident.ingest.TestServer;
import io.evident.ingest.http.RawClient;
import io.evident.ingest.http.RawClient.Answer;
import io.evident.pipeline.query.EventFilter;
import io.evident.pipeline.query.EventQuery;
import io.evident.pipeline.query.QueryAnswer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryEventsTest {
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

    private static AuditEvent of(String tenant, int number, long timeNs) {
        return AuditEvent.builder(tenant, "user-1", "login")
                .id(id(number))
                .timeNs(timeNs)
                .resource("account", "a")
                .outcome(Outcome.DENIED)
                .severity(Severity.P1_HIGH)
                .attributes("{\"n\": 1.0}")
                .build();
    }

    @Test
    void answersWithEventsAndWhatTheServerFilledIn() throws Exception {
        server.stored.store(of("acme", 1, 1_500_000_000L));
        Answer answer = ask("/v1/events");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text())
                .startsWith("{\"events\":[{\"id\":\"" + id(1)
                        + "\",\"time\":\"1970-01-01T00:00:01.5Z\",\"tenant\":\"acme\"")
                .contains("\"attributes\":{\"n\": 1.0}")
                .contains(
                        "\"receivedFrom\":\"192.0.2.1\",\"shard\":2,\"incarnation\":1,\"sequence\":0,\"lane\":\"elevated\"}]")
                .contains("\"cursor\":null,\"tookMicros\":")
                .endsWith(",\"cache\":\"miss\"}");
    }

    @Test
    void passesEveryParameterOn() throws Exception {
        Answer answer =
                ask("/v1/events?tenant=acme&stream=s%201&actor=a+b&action=x&resource=document/doc-9&outcome=denied"
                        + "&severity=P1_HIGH&label=%C3%A9&from=1970-01-01T00:00:00Z&to=1970-01-01T01:00:00%2B00:30"
                        + "&order=asc&limit=7&cursor=abc");
        assertThat(answer.status()).isEqualTo(200);
        EventQuery query = server.stored.queries.get(0);
        EventFilter filter = query.filter();
        assertThat(List.of(filter.tenant(), filter.stream(), filter.actor(), filter.action(), filter.resource()))
                .containsExactly("acme", "s 1", "a b", "x", "document/doc-9");
        assertThat(filter.outcome()).isEqualTo(Outcome.DENIED);
        assertThat(filter.severity()).isEqualTo(Severity.P1_HIGH);
        assertThat(filter.label()).isEqualTo("\u00e9");
        assertThat(query.fromNs()).isZero();
        assertThat(query.toNs()).isEqualTo(1_800_000_000_000L);
        assertThat(query.order()).isEqualTo(EventQuery.Order.ASC);
        assertThat(query.limit()).isEqualTo(7);
        assertThat(query.cursor()).isEqualTo("abc");
    }

    @Test
    void asksForTheNewestHundredByDefault() throws Exception {
        ask("/v1/events");
        EventQuery query = server.stored.queries.get(0);
        assertThat(query.limit()).isEqualTo(EventQuery.DEFAULT_LIMIT);
        assertThat(query.order()).isEqualTo(EventQuery.Order.DESC);
        assertThat(query.fromNs()).isNull();
        assertThat(query.cursor()).isNull();
    }

    @Test
    void givesTheCursorOfTheNextPage() throws Exception {
        server.stored.store(of("acme", 1, 1));
        assertThat(ask("/v1/events?limit=1").json()).containsEntry("cursor", "next-page");
    }

    @ParameterizedTest
    @CsvSource({
        "limit=0, limit",
        "limit=1001, limit",
        "limit=-1, limit",
        "limit=ten, limit",
        "limit=99999999999, limit",
        "order=up, order",
        "from=yesterday, from",
        "from=2026-11-22, from",
        "to=2026-11-22T10:00:00+01:00, to",
        "from=2500-01-01T00:00:00Z, from",
        "from=2026-11-22T10:00:01Z&to=2026-11-22T10:00:00Z, from",
        "outcome=SUCCESS, outcome",
        "severity=high, severity",
        "tenant=, tenant",
        "tenant=a&tenant=b, tenant",
        "actor=%C3, actor",
        "actor=%4, actor",
        "actr=x, actr"
    })
    void contract9_namesTheParameterThatIsWrong(String query, String field) throws Exception {
        Answer answer = ask("/v1/events?" + query);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json())
                .containsEntry("type", "urn:evident:problem:invalid-query")
                .containsEntry("field", field);
        assertThat(server.stored.queries).isEmpty();
    }

    @Test
    void takesEqualBounds() throws Exception {
        assertThat(ask("/v1/events?from=2026-11-22T10:00:00Z&to=2026-11-22T10:00:00Z")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void contract8_showsTheSystemTenantOnlyWhenItIsNamed() throws Exception {
        server.stored.store(of("acme", 1, 1));
        server.stored.store(of("_system", 2, 2));
        assertThat(ask("/v1/events").text()).contains("acme").doesNotContain("_system");
        assertThat(ask("/v1/events?tenant=_system").text()).contains("_system").doesNotContain("acme");
    }

    @Test
    void passesARefusalOn() throws Exception {
        server.stored.refused =
                new QueryAnswer.Refused(new Refusal(RefusalReason.INVALID_QUERY, "cursor", "is of another query"));
        assertThat(ask("/v1/events?cursor=x").json()).containsEntry("field", "cursor");
    }

    @Test
    void answersAFailedQueryWithoutItsDetails() throws Exception {
        server.stored.broken = true;
        Answer answer = ask("/v1/events");
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.text()).doesNotContain("fire");
        assertThat(LogGuard.take()).hasSize(1);
    }

    @Test
    void contract7_refusesTheQueryBeyondTheQueueAndBlocksNobodyElse() throws Exception {
        server.close();
        server = TestServer.withQueries(new QueryLimits(1, 1, 1 << 20, 1, 60_000));
        server.stored.gate = new CountDownLatch(1);
        try (RawClient first = new RawClient(server);
                RawClient second = new RawClient(server)) {
            first.send(get("/v1/events"));
            Awaitility.await().until(() -> server.stored.queries.size() == 1);
            second.send(get("/v1/events") + get("/v1/events"));
            try (RawClient third = new RawClient(server)) {
                Awaitility.await().until(() -> third.exchange(get("/v1/events")).status() == 503);
                assertThat(third.exchange(get("/health")).status()).isEqualTo(200);
            }
            server.stored.gate.countDown();
            assertThat(first.answer().status()).isEqualTo(200);
            assertThat(second.answer().status()).isEqualTo(200);
        }
    }

    @Test
    void contract7_refusesAPageThatIsTooLarge() throws Exception {
        server.close();
        server = TestServer.withQueries(new QueryLimits(1, 1, 600, 1, 60_000));
        server.stored.store(of("acme", 1, 1));
        assertThat(ask("/v1/events").status()).isEqualTo(200);
        server.stored.store(of("acme", 2, 2));
        Answer answer = ask("/v1/events");
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.text()).contains("smaller limit");
    }

    @Test
    void findsAnEventByItsIdInAnyCase() throws Exception {
        server.stored.store(of("acme", 1, 1));
        Answer answer = ask("/v1/events/" + id(1).toString().toUpperCase(java.util.Locale.ROOT));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json()).containsEntry("id", id(1).toString()).containsEntry("sequence", 0);
    }

    @Test
    void answersTheNewestOfSeveralTenantsAndTheOneThatIsNamed() throws Exception {
        server.stored.store(of("old", 1, 1));
        server.stored.store(of("new", 1, 5));
        server.stored.store(of("_system", 1, 9));
        assertThat(ask("/v1/events/" + id(1)).json()).containsEntry("tenant", "new");
        assertThat(ask("/v1/events/" + id(1) + "?tenant=old").json()).containsEntry("tenant", "old");
        assertThat(ask("/v1/events/" + id(1) + "?tenant=_system").json()).containsEntry("tenant", "_system");
    }

    @Test
    void tellsWhichIdIsNoneAndWhichIsNotThere() throws Exception {
        Answer none = ask("/v1/events/17");
        assertThat(none.status()).isEqualTo(400);
        assertThat(none.json())
                .containsEntry("type", "urn:evident:problem:invalid-id")
                .containsEntry("field", "id");
        Answer absent = ask("/v1/events/" + TestEvents.id(4));
        assertThat(absent.status()).isEqualTo(404);
        Map<String, Object> problem = absent.json();
        assertThat(problem).containsEntry("type", "urn:evident:problem:not-found");
    }
}
