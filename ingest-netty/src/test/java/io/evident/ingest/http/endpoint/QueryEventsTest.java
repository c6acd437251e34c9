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
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.filter.FieldCondition;
import io.evident.pipeline.filter.FilterField;
import io.evident.pipeline.filter.FilterText;
import io.evident.pipeline.journal.UnreadablePart;
import io.evident.pipeline.query.EventQuery;
import io.evident.pipeline.query.QueryAnswer;
import io.evident.pipeline.query.TimeRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
                        "\"receivedFrom\":\"192.0.2.1\",\"shard\":2,\"incarnation\":1,\"epoch\":7,\"sequence\":0,\"lane\":\"elevated\"}]")
                .contains("\"cursor\":null,\"tookMicros\":")
                .endsWith(",\"cache\":\"miss\"}");
    }

    @Test
    void answersWithNothing() throws Exception {
        Answer answer = ask("/v1/events");
        assertThat(answer.text()).startsWith("{\"events\":[],\"cursor\":null,\"tookMicros\":");
        assertThat(answer.headers().get("content-length"))
                .isEqualTo(Integer.toString(answer.text().length()));
    }

    /** Both larger than a socket takes at once, and over one connection, so that a wrong length would be seen. */
    @Test
    void aHitHasTheBytesOfTheMissButForTheEnd() throws Exception {
        server.stored.kept = new ConcurrentHashMap<>();
        for (int i = 0; i < 1_000; i++) {
            server.stored.store(of("acme", i, i));
        }
        try (RawClient client = new RawClient(server)) {
            for (int limit : List.of(1, 100, 1_000)) {
                String target = "/v1/events?limit=" + limit;
                String miss = client.exchange(get(target)).text();
                String hit = client.exchange(get(target)).text();
                assertThat(beforeTheEnd(hit))
                        .isEqualTo(beforeTheEnd(miss))
                        .contains(id(limit - 1).toString());
                assertThat(miss).endsWith(",\"cache\":\"miss\"}");
                assertThat(hit).endsWith(",\"cache\":\"hit\"}");
            }
        }
        assertThat(server.stored.queries).hasSize(3);
    }

    private static String beforeTheEnd(String answer) {
        return answer.substring(0, answer.lastIndexOf("\"tookMicros\":"));
    }

    @Test
    void manyGetTheSameHitAtATime() throws Exception {
        server.stored.kept = new ConcurrentHashMap<>();
        for (int i = 0; i < 500; i++) {
            server.stored.store(of("acme", i, i));
        }
        String expected = beforeTheEnd(ask("/v1/events?limit=500").text());
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> askers = new ArrayList<>();
            for (int asker = 0; asker < 4; asker++) {
                askers.add(threads.submit(() -> {
                    try (RawClient client = new RawClient(server)) {
                        for (int i = 0; i < 20; i++) {
                            String hit =
                                    client.exchange(get("/v1/events?limit=500")).text();
                            assertThat(beforeTheEnd(hit)).isEqualTo(expected);
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> asker : askers) {
                asker.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(server.stored.queries).hasSize(1);
    }

    @Test
    void passesEveryParameterOn() throws Exception {
        Answer answer =
                ask("/v1/events?tenant=acme&stream=s%201&actor=a+b&action=x&resource=document/doc-9&outcome=denied"
                        + "&severity=P1_HIGH&label=%C3%A9&category=c&ip=::1&text=no+consent&from=1970-01-01T00:00:00Z&to=1970-01-01T01:00:00%2B00:30"
                        + "&order=asc&limit=7&cursor=abc");
        assertThat(answer.status()).isEqualTo(200);
        EventQuery query = server.stored.queries.get(0);
        EventFilter filter = query.filter();
        assertThat(filter)
                .isEqualTo(EventFilter.all(filter.scope())
                        .and(FilterField.TENANT, "acme")
                        .and(FilterField.STREAM, "s 1")
                        .and(FilterField.ACTOR, "a b")
                        .and(FilterField.ACTION, "x")
                        .and(FilterField.CATEGORY, "c")
                        .and(FilterField.RESOURCE, "document/doc-9")
                        .and(FilterField.OUTCOME, "denied")
                        .and(FilterField.SEVERITY, "P1_HIGH")
                        .and(FilterField.LABEL, "\u00e9")
                        .and(FilterField.IP, "::1")
                        .containing("no consent"));
        assertThat(filter.scope().soleTenant()).isEqualTo("acme");
        assertThat(query.range()).isEqualTo(new TimeRange(0L, 1_800_000_000_000L));
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
        assertThat(query.range()).isEqualTo(TimeRange.ALWAYS);
        assertThat(query.filter().conditions()).isEmpty();
        assertThat(query.filter().text()).isNull();
        assertThat(query.cursor()).isNull();
    }

    @Test
    void givesTheCursorOfTheNextPage() throws Exception {
        server.stored.store(of("acme", 1, 1));
        assertThat(ask("/v1/events?limit=1").json()).containsEntry("cursor", null);
        server.stored.store(of("acme", 2, 2));
        assertThat(ask("/v1/events?limit=1").json()).containsEntry("cursor", "behind-1");
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
        "actr=x, actr",
        "actor!=, actor!",
        "actor=a*b, actor",
        "actor!=*, actor!",
        "'actor=a,', actor",
        "tenant=*, tenant",
        "'tenant=_system,a*', tenant",
        "outcome!=ok, outcome!",
        "severity=P1*, severity",
        "ip=10.*, ip",
        "ip!=10.0.0.0/33, ip!",
        "text=ab, text",
        "text!=abc, text!",
        "action!=a&action!=b, action!"
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
    void understandsSeveralValuesBeginningsNegationsAndNetworks() throws Exception {
        Answer answer = ask("/v1/events?action=document.*&action!=document.read,a%5C,b&outcome!=success"
                + "&severity=P0_CRITICAL,P1_HIGH&ip!=10.0.0.0/8&tenant!=acme");
        assertThat(answer.status()).isEqualTo(200);
        EventFilter filter = server.stored.queries.get(0).filter();
        assertThat(filter.conditions())
                .containsExactly(
                        condition(FilterField.TENANT, true, "acme"),
                        condition(FilterField.ACTION, false, "document.*"),
                        condition(FilterField.ACTION, true, "document.read,a\\,b"),
                        condition(FilterField.OUTCOME, true, "success"),
                        condition(FilterField.SEVERITY, false, "P0_CRITICAL,P1_HIGH"),
                        condition(FilterField.IP, true, "10.0.0.0/8"));
        assertThat(filter.scope()).isSameAs(TenantScope.allButSystem());
    }

    private static FieldCondition condition(FilterField field, boolean negated, String text) {
        return FilterText.read(field, negated, text).condition();
    }

    @Test
    void takesATextOfUpTo256Characters() throws Exception {
        String emoji = "%F0%9F%98%80";
        assertThat(ask("/v1/events?text=" + emoji.repeat(256)).status()).isEqualTo(200);
        assertThat(ask("/v1/events?text=" + emoji.repeat(257)).json()).containsEntry("field", "text");
        assertThat(ask("/v1/events?text=" + emoji.repeat(2)).json()).containsEntry("field", "text");
    }

    @Test
    void tellsWhatWouldBeRight() throws Exception {
        assertThat(ask("/v1/events?ip=10.*").text()).contains("10.1.0.0/16");
        assertThat(ask("/v1/events?outcome!=ok").text()).contains("success, failure, denied, unknown");
        assertThat(ask("/v1/events?text=ab").text()).contains("3 to 256 characters");
        assertThat(ask("/v1/events?tenant=_system,a*").text()).contains("whole names");
    }

    @Test
    void contract8_namesTenantsAsWholeOrNarrowsWhatTheCallerReads() throws Exception {
        for (String tenant : List.of("acme", "acme-2", "bolt", "_system")) {
            server.stored.store(of(tenant, server.stored.events.size(), 1));
        }
        assertThat(tenants("tenant=acme,bolt")).containsExactly("acme", "bolt");
        assertThat(tenants("tenant=acme,_system")).containsExactly("acme", "_system");
        assertThat(tenants("tenant=acme*")).containsExactly("acme", "acme-2");
        assertThat(tenants("tenant=acme*,bolt")).containsExactly("acme", "acme-2", "bolt");
        assertThat(tenants("tenant=_*")).isEmpty();
        assertThat(tenants("tenant!=acme")).containsExactly("acme-2", "bolt");
        assertThat(tenants("tenant=_system&tenant!=acme")).containsExactly("_system");
        assertThat(tenants("tenant=acme*&tenant!=acme")).containsExactly("acme-2");
    }

    @SuppressWarnings("unchecked") // the shape of an answer
    private List<Object> tenants(String query) throws Exception {
        var events =
                (List<Map<String, Object>>) ask("/v1/events?" + query).json().get("events");
        return events.stream().map(event -> event.get("tenant")).toList();
    }

    @Test
    void contract8_refusesEachTenantThatTheCallerMayNotRead() throws Exception {
        for (String tenant : List.of("_system", "acme,_system", "other", "acme,other", "other,acme*")) {
            try (RawClient client = new RawClient(server)) {
                Answer answer = client.exchange("GET /v1/events?tenant=" + tenant
                        + " HTTP/1.1\r\nHost: x\r\nAuthorization: " + TestServer.ACME_TOKEN + "\r\n\r\n");
                assertThat(answer.status()).as(tenant).isEqualTo(403);
                assertThat(answer.json()).containsEntry("field", "tenant");
            }
        }
        assertThat(server.stored.queries).isEmpty();
        try (RawClient client = new RawClient(server)) {
            String ask = "GET /v1/events?tenant=ac*&tenant!=other,_system HTTP/1.1\r\nHost: x\r\nAuthorization: ";
            assertThat(client.exchange(ask + TestServer.ACME_TOKEN + "\r\n\r\n").status())
                    .isEqualTo(200);
            assertThat(server.stored.queries.get(0).filter().scope().contains("other"))
                    .isFalse();
        }
    }

    @Test
    void tellsWhatCannotBeRead() throws Exception {
        server.stored.unreadable = List.of(
                new UnreadablePart(1, 5, 9, "the volume is away"),
                new UnreadablePart(2, 7, UnreadablePart.OPEN_END, "the volume is away"),
                UnreadablePart.inEmergency(3, 1, 4, "the volume is away"));
        assertThat(ask("/v1/events").text())
                .endsWith(",\"cache\":\"miss\",\"unreadable\":["
                        + "{\"shard\":1,\"fromSequence\":5,\"toSequence\":9,\"reason\":\"the volume is away\"},"
                        + "{\"shard\":2,\"fromSequence\":7,\"toSequence\":null,\"reason\":\"the volume is away\"},"
                        + "{\"shard\":3,\"fromEmergencyPosition\":1,\"toEmergencyPosition\":4,"
                        + "\"reason\":\"the volume is away\"}]}");
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
    void answersAlsoWhenAMappedFileIsLost() throws Exception {
        server.stored.beforeQuery = () -> {
            throw new InternalError("a fault occurred in an unsafe memory access operation");
        };
        assertThat(ask("/v1/events").status()).isEqualTo(500);
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
        assertThat(ask("/v1/events/" + id(1) + "?tenant=old,_system").json()).containsEntry("tenant", "_system");
        assertThat(ask("/v1/events/" + id(1) + "?tenant=o*").json()).containsEntry("field", "tenant");
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
