package io.evident.ingest.http.endpoint;

import static io.evident.ingest.TestEvents.id;
import static io.evident.ingest.http.RawClient.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.ingest.HttpLimits;
import io.evident.ingest.IngestConfig;
import io.evident.ingest.LogGuard;
import io.evident.ingest.QueryLimits;
import io.evident.ingest.TestEvents;
import io.evident.ingest.TestServer;
import io.evident.ingest.http.RawClient;
import io.evident.ingest.http.RawClient.Answer;
import io.evident.pipeline.filter.FilterField;
import io.evident.pipeline.journal.UnreadablePart;
import io.evident.pipeline.query.EventQuery;
import io.evident.pipeline.query.QueryAnswer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExportEventsTest {
    private static final int LARGE_BYTES = 60_000;
    private static final int MUCH = 400;

    private TestServer server = TestServer.start();

    @AfterEach
    void stop() {
        server.close();
    }

    private void store(int count) {
        for (int i = 1; i <= count; i++) {
            server.stored.store(TestEvents.builder(i).timeNs((long) i).build());
        }
    }

    /** So much that neither buffers nor the client's window take it: some 24 MB. */
    private void storeMuch() {
        for (int i = 1; i <= MUCH; i++) {
            server.stored.store(TestEvents.builder(i)
                    .attributes("{\"x\":\"" + "y".repeat(LARGE_BYTES) + "\"}")
                    .build());
        }
        server.stored.pageEvents = 10;
    }

    private Answer ask(String target) throws Exception {
        try (RawClient client = new RawClient(server)) {
            return client.exchange(get(target));
        }
    }

    private static String export(RawClient client, String target) throws IOException {
        client.send(get(target));
        assertThat(client.answer(false).status()).isEqualTo(200);
        return new String(client.chunkedBody(), StandardCharsets.UTF_8);
    }

    private String export(String target) throws IOException {
        try (RawClient client = new RawClient(server)) {
            return export(client, target);
        }
    }

    private static List<String> ids(String ndjson) {
        return ndjson.lines()
                .map(line -> (String) RawClient.parse(line).get("id"))
                .toList();
    }

    private static List<String> ids(int first, int last) {
        List<String> ids = new ArrayList<>();
        for (int i = first; i <= last; i++) {
            ids.add(id(i).toString());
        }
        return ids;
    }

    @Test
    void writesTheObjectsOfAQueryOnePerLine() throws Exception {
        server.stored.store(TestEvents.builder(1).attributes("{\"a\": 1.0}").build());
        server.stored.store(
                TestEvents.builder(2).attributes("{\n\"b\":\r\n2}").labels("x").build());
        String page = ask("/v1/events").text();
        String ndjson = export("/v1/export");
        assertThat(ndjson).endsWith("\"lane\":\"elevated\"}\n");
        List<String> lines = ndjson.lines().toList();
        assertThat(lines).hasSize(2);
        assertThat(page).startsWith("{\"events\":[" + lines.get(0) + ",");
        assertThat(lines.get(1)).contains("\"attributes\":{ \"b\":  2}");
    }

    @Test
    void saysWhatItIsAndWhatItMayBeCalled() throws Exception {
        store(1);
        try (RawClient client = new RawClient(server)) {
            client.send(get("/v1/export?format=csv"));
            Answer begin = client.answer(false);
            assertThat(begin.headers())
                    .containsEntry("content-type", "text/csv; charset=utf-8; header=present")
                    .containsEntry("content-disposition", "attachment; filename=\"events.csv\"")
                    .containsEntry("transfer-encoding", "chunked")
                    .containsEntry("x-content-type-options", "nosniff");
            String csv = new String(client.chunkedBody(), StandardCharsets.UTF_8);
            assertThat(csv.lines().toList()).hasSize(2);
            assertThat(csv).startsWith("id,time,receivedTime,").contains("\r\n" + id(1) + ",");
            Answer head = client.exchange(get("/v1/export").replace("GET", "HEAD"));
            assertThat(head.headers())
                    .containsEntry("content-type", "application/x-ndjson")
                    .containsEntry("content-disposition", "attachment; filename=\"events.ndjson\"");
        }
    }

    @Test
    void passesFiltersAndOrderOnAndAsksForWholePages() throws Exception {
        export("/v1/export?tenant=acme&outcome!=failure&text=abc&from=1970-01-01T00:00:00Z&order=asc&format=ndjson");
        EventQuery query = server.stored.queries.get(0);
        assertThat(query.limit()).isEqualTo(EventQuery.MAX_LIMIT);
        assertThat(query.order()).isEqualTo(EventQuery.Order.ASC);
        assertThat(query.range().fromNs()).isZero();
        assertThat(query.filter().soleValue(FilterField.TENANT)).isEqualTo("acme");
        assertThat(query.filter().conditions()).hasSize(2);
        assertThat(query.filter().text()).isEqualTo("abc");
        assertThat(query.cursor()).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 999, 1_000, 1_001, 2_500})
    void writesAllEventsOverAllPages(int count) throws Exception {
        store(count);
        try (RawClient client = new RawClient(server)) {
            assertThat(ids(export(client, "/v1/export"))).isEqualTo(ids(1, count));
            assertThat(server.stored.queries).hasSize(Math.max(1, (count + 999) / 1_000));
            // The connection goes on.
            assertThat(client.exchange(get("/health")).status()).isEqualTo(200);
            assertThat(export(client, "/v1/export?format=csv").lines().count()).isEqualTo(count + 1);
        }
    }

    @Test
    void writesAnEmptyCsvWithItsHeaderOnly() throws Exception {
        assertThat(export("/v1/export?format=csv").lines().toList()).hasSize(1);
    }

    @Test
    void keepsTheOrderOfPipelinedRequests() throws Exception {
        store(3);
        try (RawClient client = new RawClient(server)) {
            client.send(get("/health") + get("/v1/export") + get("/v1/export?format=csv") + get("/health"));
            assertThat(client.answer().status()).isEqualTo(200);
            assertThat(client.answer(false).status()).isEqualTo(200);
            assertThat(ids(new String(client.chunkedBody(), StandardCharsets.UTF_8)))
                    .isEqualTo(ids(1, 3));
            assertThat(client.answer(false).status()).isEqualTo(200);
            client.chunkedBody();
            assertThat(client.answer().status()).isEqualTo(200);
        }
    }

    @Test
    void closesTheConnectionBehindTheLastChunkWhenTheClientWantsThat() throws Exception {
        store(3);
        try (RawClient client = new RawClient(server)) {
            client.send(get("/v1/export").replace("Host: x", "Host: x\r\nConnection: close"));
            assertThat(client.answer(false).headers()).containsEntry("connection", "close");
            assertThat(ids(new String(client.chunkedBody(), StandardCharsets.UTF_8)))
                    .isEqualTo(ids(1, 3));
            assertThat(client.isAtEnd()).isTrue();
        }
    }

    @Test
    void refusesAClientThatCouldNotSeeTheEnd() throws Exception {
        try (RawClient client = new RawClient(server)) {
            Answer old = client.exchange("GET /v1/export HTTP/1.0\r\n\r\n");
            assertThat(old.status()).isEqualTo(400);
            assertThat(old.json()).containsEntry("type", "urn:evident:problem:unsupported-protocol");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 1_000, 1_499})
    void goesOnBehindAnEvent(int last) throws Exception {
        store(1_500);
        assertThat(ids(export("/v1/export?after=" + id(last)))).isEqualTo(ids(last + 1, 1_500));
    }

    @Test
    void goesOnBehindTheLastEventWithNothing() throws Exception {
        store(3);
        assertThat(export("/v1/export?after=" + id(3))).isEmpty();
        assertThat(export("/v1/export?format=csv&after=" + id(3))).isEmpty();
    }

    @Test
    void theRestOfACsvHasNoHeaderSoThatBothPartsMakeOneFile() throws Exception {
        store(3);
        String whole = export("/v1/export?format=csv");
        try (RawClient client = new RawClient(server)) {
            client.send(get("/v1/export?format=csv&after=" + id(2)));
            assertThat(client.answer(false).headers().get("content-type")).endsWith("header=absent");
            String rest = new String(client.chunkedBody(), StandardCharsets.UTF_8);
            assertThat(rest).isNotEmpty();
            assertThat(whole).endsWith("\r\n" + rest);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "after=17, after, id of an event",
        "after=00000000-0000-0000-0000-000000000000, after, id of an event",
        "after=01930000-0000-7000-8000-00000000ffff, after, last whole event",
        "actor=user-2&after=01930000-0000-7000-8000-000000000001, after, last whole event",
        "format=xml, format, ndjson or csv",
        "limit=5, limit, known are",
        "cursor=x, cursor, known are",
        "order=up, order, asc or desc",
        "actor=*, actor, asterisk",
        "from=x, from, RFC 3339"
    })
    void contract9_namesTheParameterThatIsWrongAndTheRemedy(String query, String field, String remedy)
            throws Exception {
        store(2);
        Answer answer = ask("/v1/export?" + query);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json())
                .containsEntry("type", "urn:evident:problem:invalid-query")
                .containsEntry("field", field);
        assertThat(answer.text()).contains(remedy);
        assertThat(server.stored.queries).isEmpty();
    }

    @Test
    void contract8_exportsOfNoTenantThatTheCallerMayNotRead() throws Exception {
        store(1);
        server.stored.store(TestEvents.builder(2).build());
        try (RawClient client = new RawClient(server)) {
            String request = "GET /v1/export?tenant=_system HTTP/1.1\r\nHost: x\r\nAuthorization: "
                    + TestServer.ACME_TOKEN + "\r\n\r\n";
            assertThat(client.exchange(request).status()).isEqualTo(403);
        }
    }

    @Test
    void refusesWithAProblemWhatFailsBeforeTheFirstByte() throws Exception {
        server.stored.refused =
                new QueryAnswer.Refused(Refusal.of(RefusalReason.QUERY_TOO_BROAD, "name a tenant or a time"));
        assertThat(ask("/v1/export").status()).isEqualTo(422);
        server.stored.refused = null;
        server.stored.unreadable = List.of(new UnreadablePart(1, 5, 9, "the volume is away"));
        Answer incomplete = ask("/v1/export");
        assertThat(incomplete.status()).isEqualTo(503);
        assertThat(incomplete.text()).contains("sequences 5 to 9").contains("the volume is away");
        server.stored.unreadable = List.of();
        server.stored.broken = true;
        assertThat(ask("/v1/export").status()).isEqualTo(500);
        assertThat(LogGuard.take()).hasSize(1);
        server.stored.broken = false;
        assertThat(export("/v1/export")).isEmpty();
    }

    private void failOnTheThirdPage(Runnable failure) {
        server.stored.beforeQuery = () -> {
            if (server.stored.queries.size() == 3) {
                failure.run();
            }
        };
    }

    private void expectCutBehind(int events) throws IOException {
        try (RawClient client = new RawClient(server)) {
            client.send(get("/v1/export"));
            assertThat(client.answer(false).status()).isEqualTo(200);
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            assertThatThrownBy(() -> {
                        while (client.chunkInto(body)) {
                            // the body goes on
                        }
                    })
                    .isInstanceOf(IOException.class);
            assertThat(ids(body.toString(StandardCharsets.UTF_8))).isEqualTo(ids(1, events));
        }
        server.awaitNoConnections();
    }

    @Test
    void cutsTheBodyWhenAPageIsRefused() throws Exception {
        store(2_500);
        failOnTheThirdPage(() -> server.stored.refused =
                new QueryAnswer.Refused(Refusal.of(RefusalReason.QUERY_TOO_BROAD, "it reads too much")));
        expectCutBehind(2_000);
        assertThat(LogGuard.take())
                .singleElement()
                .asString()
                .contains("2000 events")
                .contains("it reads too much");
    }

    @Test
    void cutsTheBodyWhenAPageFails() throws Exception {
        store(2_500);
        failOnTheThirdPage(() -> server.stored.broken = true);
        expectCutBehind(2_000);
        assertThat(LogGuard.take()).hasSize(2);
    }

    @Test
    void cutsTheBodyWhenAPartOfAPageCannotBeRead() throws Exception {
        store(2_500);
        failOnTheThirdPage(() -> server.stored.unreadable = List.of(new UnreadablePart(1, 5, 9, "the volume is away")));
        expectCutBehind(2_000);
        assertThat(LogGuard.take()).singleElement().asString().contains("sequences 5 to 9");
    }

    @Test
    void cutsTheBodyWhenTheServerStops() throws Exception {
        storeMuch();
        try (RawClient client = new RawClient(server)) {
            client.send(get("/v1/export"));
            client.answer(false);
            client.chunkInto(new ByteArrayOutputStream());
            Thread closer = new Thread(server::close);
            closer.start();
            assertThatThrownBy(client::chunkedBody).isInstanceOf(IOException.class);
            closer.join(10_000);
            assertThat(closer.isAlive()).isFalse();
        }
    }

    @Test
    void contract7_aClientThatDoesNotReadHoldsNoThreadAndGetsAllLater() throws Exception {
        server.close();
        server = TestServer.withQueries(new QueryLimits(1, 4, 1 << 20, 1, 60_000, 2));
        storeMuch();
        try (RawClient slow = new RawClient(server);
                RawClient other = new RawClient(server)) {
            slow.send(get("/v1/export"));
            slow.answer(false);
            int asked = awaitQuiet();
            // Only what the buffers on the way take is read from the store.
            assertThat(asked).isLessThan(MUCH / 20);
            assertThat(other.exchange(get("/v1/events?limit=1")).status()).isEqualTo(200);
            assertThat(ids(new String(slow.chunkedBody(), StandardCharsets.UTF_8)))
                    .isEqualTo(ids(1, MUCH));
        }
    }

    /** Waits until no page is asked for any more, and tells how many were. */
    private int awaitQuiet() {
        int[] before = {-1};
        Awaitility.await().pollInterval(java.time.Duration.ofMillis(300)).until(() -> {
            int now = server.stored.queries.size();
            boolean quiet = now == before[0];
            before[0] = now;
            return quiet;
        });
        return before[0];
    }

    @Test
    void contract7_refusesTheExportBeyondTheLimitUntilOneHasEnded() throws Exception {
        server.close();
        server = TestServer.withQueries(new QueryLimits(2, 8, 1 << 20, 1, 60_000, 1));
        storeMuch();
        try (RawClient first = new RawClient(server);
                RawClient second = new RawClient(server)) {
            first.send(get("/v1/export"));
            first.answer(false);
            Answer refused = second.exchange(get("/v1/export"));
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.json()).containsEntry("type", "urn:evident:problem:busy");
            assertThat(refused.headers()).containsKey("retry-after");
            first.chunkedBody();
            assertThat(ids(export(second, "/v1/export?actor=user-1"))).isEqualTo(ids(1, 1));
            first.send(get("/v1/export"));
            first.answer(false);
            first.socket.close();
            Awaitility.await()
                    .until(() -> second.exchange(get("/v1/export").replace("GET", "HEAD"))
                                            .status()
                                    == 200
                            && server.server.openConnections() == 1);
            assertThat(ids(export(second, "/v1/export?actor=user-1"))).isEqualTo(ids(1, 1));
        }
    }

    @Test
    void contract7_cutsAClientOffThatStopsReadingForTooLong() throws Exception {
        server.close();
        HttpLimits limits = TestServer.httpLimits(1 << 20, 1_000);
        HttpLimits impatient = new HttpLimits(
                limits.maxRequestLineBytes(),
                limits.maxHeaderBytes(),
                limits.maxBodyBytes(),
                limits.maxBufferedBodyBytes(),
                limits.maxEventsPerRequest(),
                limits.maxInFlight(),
                limits.headerTimeoutMs(),
                limits.bodyTimeoutMs(),
                limits.idleTimeoutMs(),
                limits.answerTimeoutMs(),
                300);
        server = TestServer.with(c -> new IngestConfig(
                c.httpAddress(), c.tcpAddress(), c.eventLoops(), c.maxConnections(), impatient, c.tcp(), c.queries()));
        storeMuch();
        try (RawClient client = new RawClient(server)) {
            client.send(get("/v1/export"));
            client.answer(false);
            server.awaitNoConnections();
            assertThatThrownBy(client::chunkedBody).isInstanceOf(IOException.class);
        }
    }

    @Test
    void waitsForAThreadWhenQuestionsTakeThemAll() throws Exception {
        server.close();
        server = TestServer.withQueries(new QueryLimits(1, 1, 1 << 20, 1, 60_000, 1));
        store(2_500);
        CountDownLatch gate = new CountDownLatch(1);
        try (RawClient client = new RawClient(server);
                RawClient busy = new RawClient(server);
                RawClient busyToo = new RawClient(server)) {
            client.send(get("/health") + get("/v1/export"));
            assertThat(client.answer().status()).isEqualTo(200);
            client.answer(false);
            server.stored.gate = gate;
            busy.send(get("/v1/events"));
            busyToo.send(get("/v1/events"));
            gate.countDown();
            assertThat(ids(new String(client.chunkedBody(), StandardCharsets.UTF_8)))
                    .isEqualTo(ids(1, 2_500));
            assertThat(Arrays.asList(busy.answer().status(), busyToo.answer().status()))
                    .allMatch(status -> status == 200 || status == 503);
        }
    }
}
