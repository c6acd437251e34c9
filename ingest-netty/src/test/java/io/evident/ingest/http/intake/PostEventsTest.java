package io.evident.ingest.http.intake;

import static io.evident.ingest.TestEvents.event;
import static io.evident.ingest.TestEvents.id;
import static io.evident.ingest.TestEvents.json;
import static io.evident.ingest.http.RawClient.gzip;
import static io.evident.ingest.http.RawClient.post;
import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.Lane;
import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import io.evident.event.json.EventJsonWriter;
import io.evident.ingest.HttpLimits;
import io.evident.ingest.ScriptedIntake.Offer;
import io.evident.ingest.TestEvents;
import io.evident.ingest.TestServer;
import io.evident.ingest.http.RawClient;
import io.evident.ingest.http.RawClient.Answer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PostEventsTest {
    private static final String JSON = "application/json";
    private static final String NDJSON = "application/x-ndjson";

    private TestServer server = TestServer.start();

    @AfterEach
    void stop() {
        server.close();
    }

    private Answer exchange(String request) throws IOException {
        try (RawClient client = new RawClient(server)) {
            return client.exchange(request);
        }
    }

    @SuppressWarnings("unchecked") // the shape of the answer
    private static List<Map<String, Object>> list(Answer answer, String name) {
        return (List<Map<String, Object>>) answer.json().get(name);
    }

    @SuppressWarnings("unchecked") // the shape of the answer
    private static Map<String, Object> problem(Map<String, Object> rejected) {
        return (Map<String, Object>) rejected.get("problem");
    }

    @Test
    void recordsHowLongEachReceiptTookAndNothingOfARefusal() throws Exception {
        server.intake.script(offer -> {
            if (offer.id().equals(id(2))) {
                offer.refuse(RefusalReason.LANE_FULL);
            } else {
                offer.accept();
            }
        });
        Answer answer = exchange(post("/v1/events", JSON, "[" + json(1) + "," + json(2) + "," + json(3) + "]"));
        assertThat(list(answer, "receipts")).hasSize(2);
        Awaitility.await()
                .untilAsserted(() ->
                        assertThat(server.receipts(Tier.SYNCED, Lane.STANDARD)).isEqualTo(2));
    }

    @Test
    void recordsReceiptsOfSeveralLanesInOneRequestEachUnderItsOwn() throws Exception {
        String body =
                "[" + json(1) + "," + json(2) + "," + json(3).replace("P3_LOW", "P0_CRITICAL") + "," + json(4) + "]";
        assertThat(list(exchange(post("/v1/events", JSON, body)), "receipts"))
                .extracting(receipt -> receipt.get("lane"))
                .containsExactly("standard", "standard", "critical", "standard");
        Awaitility.await().untilAsserted(() -> {
            assertThat(server.receipts(Tier.SYNCED, Lane.STANDARD)).isEqualTo(3);
            assertThat(server.receipts(Tier.SYNCED, Lane.CRITICAL)).isOne();
        });
    }

    @Test
    void answersOneEventWithItsReceipt() throws Exception {
        Answer answer = exchange(post("/v1/events", JSON, json(5)));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers())
                .containsEntry("content-type", JSON)
                .containsEntry("cache-control", "no-store")
                .containsEntry("x-content-type-options", "nosniff")
                .containsKey("date")
                .doesNotContainKey("server");
        assertThat(answer.text())
                .isEqualTo("{\"receipts\":[{\"index\":0,\"id\":\"" + id(5)
                        + "\",\"shard\":3,\"incarnation\":1,\"sequence\":0,\"tier\":\"synced\",\"lane\":\"standard\"}],"
                        + "\"rejected\":[]}");
        assertThat(server.intake.offers).hasSize(1);
        assertThat(server.intake.offers.get(0).event).isEqualTo(event(5));
    }

    @ParameterizedTest
    @CsvSource({"accepted,202,ACCEPTED", "journaled,200,JOURNALED", "synced,200,SYNCED"})
    void waitsForTheTierThatWasAskedFor(String parameter, int status, Tier tier) throws Exception {
        Answer answer = exchange(post("/v1/events?tier=" + parameter, JSON, json(5)));
        assertThat(answer.status()).isEqualTo(status);
        assertThat(server.intake.offers.get(0).tier).isEqualTo(tier);
        Map<String, Object> receipt = list(answer, "receipts").get(0);
        assertThat(receipt).containsEntry("tier", parameter);
        assertThat(receipt.get("sequence")).isEqualTo(tier == Tier.ACCEPTED ? null : 0);
        assertThat(receipt).containsKey("sequence").doesNotContainKey("duplicate");
    }

    @Test
    void leavesTheTierToTheLanesWhenNoneIsAskedFor() throws Exception {
        Answer answer = exchange(post("/v1/events", JSON, json(5)));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(server.intake.offers.get(0).tier).isNull();
        assertThat(list(answer, "receipts").get(0)).containsEntry("tier", "synced");
    }

    @ParameterizedTest
    @CsvSource({"ACCEPTED,202,accepted", "JOURNALED,200,journaled", "SYNCED,200,synced"})
    void saysByTheStatusWhetherAnythingIsInMemoryOnlyWhenNoTierIsAskedFor(Tier ofLane, int status, String tier)
            throws Exception {
        server.intake.standardTier = ofLane;
        Answer mixed = exchange(post(
                "/v1/events",
                JSON,
                "[" + json(5) + "," + json(6).replace("P3_LOW", "P0_CRITICAL") + ",{\"tenant\":7}]"));
        assertThat(mixed.status()).isEqualTo(status);
        assertThat(list(mixed, "receipts")).extracting(each -> each.get("tier")).containsExactly(tier, "synced");

        Answer critical = exchange(post("/v1/events", JSON, json(7).replace("P3_LOW", "P0_CRITICAL")));
        assertThat(critical.status()).isEqualTo(200);
        assertThat(exchange(post("/v1/events", JSON, "[]")).status()).isEqualTo(200);
    }

    @Test
    void tellsADuplicate() throws Exception {
        Answer answer = exchange(post("/v1/events", JSON, json(5, "\"category\":\"duplicate\",")));
        assertThat(list(answer, "receipts").get(0)).containsEntry("duplicate", true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", " [ ] ", "[\n]"})
    void answersAnEmptyArrayWithNothing(String body) throws Exception {
        Answer answer = exchange(post("/v1/events", JSON, body));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("{\"receipts\":[],\"rejected\":[]}");
    }

    @Test
    void answersAThousandEventsInTheirOrderWhateverTheOrderOfTheirReceipts() throws Exception {
        List<Offer> all = java.util.Collections.synchronizedList(new ArrayList<>());
        server.intake.script(offer -> {
            all.add(offer);
            if (all.size() == 1_000) {
                Thread writer = new Thread(() -> {
                    for (int i = all.size() - 1; i >= 0; i--) {
                        all.get(i).accept();
                    }
                });
                writer.start();
            }
        });
        String body = IntStream.range(0, 1_000).mapToObj(TestEvents::json).collect(Collectors.joining(",", "[", "]"));
        Answer answer = exchange(post("/v1/events", JSON, body));
        assertThat(list(answer, "receipts"))
                .extracting(r -> r.get("index"))
                .containsExactlyElementsOf(IntStream.range(0, 1_000).boxed().toList());
        assertThat(list(answer, "receipts").get(999)).containsEntry("id", id(999).toString());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 31, 32, 33, 64, 65, 200})
    void offersAllEventsOfABodyInTheirOrderAndAsTheyWereSent(int count) throws Exception {
        // Every seventh alone fills what several short ones share.
        List<String> sent = IntStream.range(0, count)
                .mapToObj(i -> i % 7 == 3
                        ? json(i).replaceFirst("}$", ",\"attributes\":{\"a\":\"" + "x".repeat(20_000 + i) + "\"}}")
                        : json(i))
                .toList();

        Answer answer = exchange(post("/v1/events", NDJSON, String.join("\n", sent)));

        assertThat(list(answer, "receipts")).hasSize(count);
        assertThat(server.intake.offers)
                .extracting(offer -> offer.event.id())
                .containsExactlyElementsOf(
                        IntStream.range(0, count).mapToObj(i -> id(i)).toList());
        assertThat(server.intake.offers).allSatisfy(offer -> {
            int i = server.intake.offers.indexOf(offer);
            assertThat(offer.event.attributes() == null)
                    .as("attributes of %s", i)
                    .isEqualTo(i % 7 != 3);
            assertThat(new String(EventJsonWriter.asSent().toBytes(offer.event), StandardCharsets.UTF_8))
                    .hasSameSizeAs(sent.get(i));
        });
    }

    @Test
    void wakesWhoeverGotTheEventsOfARequest() throws Exception {
        exchange(post("/v1/events", JSON, json(1)));

        Awaitility.await().untilAsserted(() -> assertThat(server.intake.flushed).hasSize(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n"})
    void readsLinesWithAnyEndAndCountsBlankOnes(String end) throws Exception {
        String body = json(0) + end + end + "  " + end + json(1) + end + json(2);
        Answer answer = exchange(post("/v1/events", NDJSON, body));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(list(answer, "receipts")).extracting(r -> r.get("index")).containsExactly(0, 3, 4);
        assertThat(server.intake.offers).hasSize(3);
    }

    @Test
    void answersBlankLinesWithNothing() throws Exception {
        assertThat(exchange(post("/v1/events", NDJSON, "\n\n")).text()).isEqualTo("{\"receipts\":[],\"rejected\":[]}");
    }

    @Test
    void refusesOnlyTheBadLineAmongAThousand() throws Exception {
        String body = IntStream.range(0, 1_000)
                .mapToObj(i -> i == 617 ? json(i).replace("\"tenant\":\"acme\",", "") : json(i))
                .collect(Collectors.joining("\n"));
        Answer answer = exchange(post("/v1/events", NDJSON, body));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(list(answer, "receipts")).hasSize(999);
        assertThat(list(answer, "rejected")).hasSize(1);
        Map<String, Object> rejected = list(answer, "rejected").get(0);
        assertThat(rejected).containsEntry("index", 617);
        assertThat(problem(rejected))
                .containsEntry("type", "urn:evident:problem:missing-field")
                .containsEntry("field", "tenant")
                .containsEntry("line", 618);
        assertThat(server.intake.offers).hasSize(999);
        assertThat(server.intake.refusals).hasSize(1);
    }

    @Test
    void refusesOnlyTheBadEventOfAnArray() throws Exception {
        String bad = json(1).replace("P3_LOW", "HIGH");
        Answer answer = exchange(post("/v1/events", JSON, "[" + json(0) + "," + bad + "," + json(2) + "]"));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(list(answer, "receipts")).extracting(r -> r.get("index")).containsExactly(0, 2);
        assertThat(problem(list(answer, "rejected").get(0))).containsEntry("field", "severity");
    }

    @Test
    void offersNothingOfAMalformedArray() throws Exception {
        Answer answer = exchange(post("/v1/events", JSON, "[" + json(0) + "," + json(1)));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.headers()).containsEntry("content-type", "application/problem+json");
        assertThat(answer.json())
                .containsEntry("type", "urn:evident:problem:malformed")
                .doesNotContainKey("rejected");
        assertThat(server.intake.offers).isEmpty();
    }

    @Test
    void answersARefusedSingleEventByItsProblem() throws Exception {
        server.intake.script(offer -> offer.refuse(RefusalReason.ID_CONFLICT));
        Answer answer = exchange(post("/v1/events", JSON, json(4)));
        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.headers()).containsEntry("content-type", "application/problem+json");
        assertThat(answer.json())
                .containsEntry("type", "urn:evident:problem:id-conflict")
                .containsEntry("id", id(4).toString());
        assertThat(list(answer, "rejected")).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "LANE_FULL, LANE_FULL, 503, 1",
        "RATE_LIMITED, RATE_LIMITED, 429, 1",
        "DISK_FULL, DISK_FULL, 507, 10",
        "FORBIDDEN, FORBIDDEN, 403,",
        "FORBIDDEN, ID_CONFLICT, 400,",
        "FORBIDDEN, RATE_LIMITED, 503, 1",
        "LANE_FULL, DISK_FULL, 503, 1",
    })
    void takesTheStatusFromWhatTheRefusalsShare(
            RefusalReason first, RefusalReason second, int status, String retryAfter) throws Exception {
        server.intake.script(offer -> offer.refuse(offer.event.id().equals(id(0)) ? first : second));
        Answer answer = exchange(post("/v1/events", JSON, "[" + json(0) + "," + json(1) + "]"));
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.headers().get("retry-after")).isEqualTo(retryAfter);
        assertThat(answer.headers()).containsEntry("content-type", JSON);
        assertThat(list(answer, "rejected")).hasSize(2);
    }

    @Test
    void saysOkWhenAnythingWasAccepted() throws Exception {
        server.intake.script(offer -> {
            if (offer.event.id().equals(id(0))) {
                offer.refuse(RefusalReason.LANE_FULL);
            } else {
                offer.accept();
            }
        });
        Answer answer = exchange(post("/v1/events", JSON, "[" + json(0) + "," + json(1) + "]"));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers()).doesNotContainKey("retry-after");
    }

    @Test
    void contract1_callsTheOutcomeUnknownWhenNoReceiptComes() throws Exception {
        server.close();
        server = TestServer.withHttp(TestServer.httpLimits(1 << 20, 200));
        server.intake.script(offer -> {
            if (offer.event.id().equals(id(0))) {
                offer.accept();
            } else {
                offer.hold();
            }
        });
        try (RawClient client = new RawClient(server)) {
            Answer mixed = client.exchange(post("/v1/events", JSON, "[" + json(0) + "," + json(1) + "]"));
            assertThat(mixed.status()).isEqualTo(200);
            assertThat(problem(list(mixed, "rejected").get(0)))
                    .containsEntry("outcome", "unknown")
                    .containsEntry("id", id(1).toString());
            Answer alone = client.exchange(post("/v1/events", JSON, json(2)));
            assertThat(alone.status()).isEqualTo(503);
            assertThat(alone.headers()).containsEntry("retry-after", "1");
            assertThat(alone.json())
                    .containsEntry("type", "urn:evident:problem:outcome-unknown")
                    .containsEntry("outcome", "unknown")
                    .containsEntry("id", id(2).toString());
            server.intake.nextHeld().accept();
            server.intake.nextHeld().accept();
            server.intake.script(Offer::accept);
            assertThat(client.exchange(post("/v1/events", JSON, json(3))).status())
                    .isEqualTo(200);
        }
    }

    @Test
    void contract1_callsTheOutcomeOfEachRequestUnknownInItsTurn() throws Exception {
        server.close();
        server = TestServer.withHttp(TestServer.httpLimits(1 << 20, 200));
        server.intake.script(offer -> {
            if (offer.event.id().equals(id(1))) {
                offer.accept();
            } else {
                offer.hold();
            }
        });
        try (RawClient first = new RawClient(server);
                RawClient second = new RawClient(server);
                RawClient third = new RawClient(server)) {
            first.send(post("/v1/events", JSON, json(0)));
            assertThat(second.exchange(post("/v1/events", JSON, json(1))).status())
                    .isEqualTo(200);
            third.send(post("/v1/events", JSON, json(2)));
            assertThat(first.answer().json()).containsEntry("outcome", "unknown");
            assertThat(third.answer().json()).containsEntry("outcome", "unknown");
            assertThat(second.exchange(post("/v1/events", JSON, json(3))).json())
                    .containsEntry("outcome", "unknown");
        }
    }

    @Test
    void contract1_namesTheIdThatTheServerGaveWhenNoReceiptComes() throws Exception {
        server.close();
        server = TestServer.withHttp(TestServer.httpLimits(1 << 20, 200));
        server.intake.script(Offer::hold);
        try (RawClient client = new RawClient(server)) {
            String withoutId = json(0).replace("\"id\":\"" + id(0) + "\",", "");
            Answer answer = client.exchange(post("/v1/events", JSON, withoutId));
            assertThat(answer.json())
                    .containsEntry("outcome", "unknown")
                    .containsEntry("id", server.intake.nextHeld().id().toString());
        }
    }

    @Test
    void readsGzip() throws Exception {
        try (RawClient client = new RawClient(server)) {
            Answer answer = client.post(
                    "/v1/events",
                    "Content-Type: application/x-ndjson; charset=UTF-8\r\nContent-Encoding: gzip\r\n",
                    gzip(json(0) + "\n" + json(1) + "\n"));
            assertThat(answer.status()).isEqualTo(200);
            assertThat(server.intake.offers.stream().map(o -> o.event)).containsExactly(event(0), event(1));
        }
    }

    @Test
    void keepsAttributesAndAnyUnicode() throws Exception {
        String attributes = "{ \"a\" : [1.50, \"\\u00e9\\ud83d\\ude00\"],\t\"x\":\"\uD83D\uDE00\" }";
        exchange(post("/v1/events", JSON, json(1, "\"attributes\":" + attributes + ",")));
        assertThat(server.intake.offers.get(0).event.attributes()).isEqualTo(attributes);
    }

    @Test
    void refusesMoreEventsThanARequestMayHave() throws Exception {
        server.close();
        HttpLimits d = HttpLimits.defaults();
        server = TestServer.withHttp(new HttpLimits(
                8192, 16_384, d.maxBodyBytes(), d.maxBufferedBodyBytes(), 3, 16, 5_000, 5_000, 5_000, 5_000, 5_000));
        String three = json(0) + "\n" + json(1) + "\n" + json(2);
        assertThat(exchange(post("/v1/events", NDJSON, three)).status()).isEqualTo(200);
        assertThat(exchange(post("/v1/events", NDJSON, three + "\n" + json(3))).status())
                .isEqualTo(413);
        assertThat(server.intake.offers).hasSize(3);
    }

    @Test
    void servesAnOrdinaryClientOnManyThreads() {
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        URI uri = URI.create("http://127.0.0.1:" + server.server.httpAddress().getPort() + "/v1/events");
        List<CompletableFuture<HttpResponse<String>>> answers = IntStream.range(0, 200)
                .mapToObj(i -> client.sendAsync(
                        HttpRequest.newBuilder(uri)
                                .header("Content-Type", JSON)
                                .POST(HttpRequest.BodyPublishers.ofString(json(i)))
                                .build(),
                        HttpResponse.BodyHandlers.ofString()))
                .toList();
        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.join().statusCode()).isEqualTo(200));
        assertThat(server.intake.offers).hasSize(200);
    }
}
