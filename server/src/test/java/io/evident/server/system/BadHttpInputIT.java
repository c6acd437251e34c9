package io.evident.server.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.evident.server.json.JsonTree;
import io.evident.server.system.RawHttp.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad input over HTTP, from the bytes on the wire to what a query finds afterwards. */
class BadHttpInputIT {
    private static final int MAX_BODY_BYTES = 1 << 20;
    private static final String JSON = "Content-Type: application/json\r\n";
    private static final String NDJSON = "Content-Type: application/x-ndjson\r\n";
    private static final String PACKED = "Content-Encoding: gzip\r\n";

    @TempDir
    private static Path data;

    private static LocalServer server;

    @BeforeAll
    static void start() throws IOException {
        server = LocalServer.start(data, null, "http.maxBodyBytes=" + MAX_BODY_BYTES);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** A good event of a new id, with more members in front of the others. */
    private static String event(String more) {
        return "{\"id\":\"" + UUID.randomUUID() + "\"," + more + "\"tenant\":\"acme\",\"actor\":{\"id\":\"user-1\"},"
                + "\"action\":\"document.read\",\"resource\":{\"type\":\"document\",\"id\":\"doc-1\"},"
                + "\"outcome\":\"success\",\"severity\":\"P3_LOW\"}";
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] withBadUtf8() {
        String good = event("");
        byte[] bytes = utf8(good);
        bytes[good.indexOf("user-1")] = (byte) 0xC3;
        return bytes;
    }

    static Stream<Arguments> badBodies() throws IOException {
        byte[] packed = HttpCaller.gzip(utf8(event("")));
        String large = "\"attributes\":{\"x\":\"" + "y".repeat(64 * 1024) + "\"},";
        String twoActors = event("").replace("\"id\":\"user-1\"", "\"id\":\"user-1\",\"name\":\"x\"");
        return Stream.of(
                argumentSet("malformed JSON", JSON, utf8(event("").replace(':', ';')), 400, "malformed", null),
                argumentSet("cut JSON", JSON, utf8(event("").substring(0, 99)), 400, "malformed", null),
                argumentSet(
                        "an array cut after good events", JSON, utf8("[" + event("") + ","), 400, "malformed", null),
                argumentSet("wrong type", JSON, utf8(event("\"stream\":7,")), 400, "wrong-type", "stream"),
                argumentSet(
                        "missing field",
                        JSON,
                        utf8(event("").replace("\"outcome\":\"success\",", "")),
                        400,
                        "missing-field",
                        "outcome"),
                argumentSet("unknown field", JSON, utf8(event("\"tenat\":\"x\",")), 400, "unknown-field", "tenat"),
                argumentSet("unknown inner field", JSON, utf8(twoActors), 400, "unknown-field", "actor.name"),
                argumentSet("server's field", JSON, utf8(event("\"lane\":\"critical\",")), 400, "server-field", "lane"),
                argumentSet("bad UTF-8", JSON, withBadUtf8(), 400, "invalid-text", "actor.id"),
                argumentSet(
                        "bad time",
                        JSON,
                        utf8(event("\"time\":\"2026-02-30T00:00:00Z\",")),
                        400,
                        "invalid-time",
                        "time"),
                argumentSet(
                        "time out of range",
                        JSON,
                        utf8(event("\"time\":\"2263-01-01T00:00:00Z\",")),
                        400,
                        "invalid-time",
                        "time"),
                argumentSet("oversize event", JSON, utf8(event(large)), 413, "event-too-large", "attributes"),
                argumentSet("oversize body", JSON, new byte[MAX_BODY_BYTES + 1], 413, "body-too-large", null),
                argumentSet(
                        "wrong content type",
                        "Content-Type: text/plain\r\n",
                        utf8(event("")),
                        415,
                        "unsupported-media-type",
                        "Content-Type"),
                argumentSet("no content type", "", utf8(event("")), 415, "unsupported-media-type", "Content-Type"),
                argumentSet(
                        "truncated gzip",
                        JSON + PACKED,
                        Arrays.copyOf(packed, packed.length - 9),
                        400,
                        "malformed",
                        null),
                argumentSet(
                        "gzip bomb", JSON + PACKED, HttpCaller.gzip(new byte[200 << 20]), 413, "body-too-large", null));
    }

    @ParameterizedTest
    @MethodSource("badBodies")
    void contract9_namesWhatIsWrongStoresNothingAndGoesOn(
            String headers, byte[] body, int status, String problem, String field) throws Exception {
        int before = stored();
        try (RawHttp connection = new RawHttp(server.httpPort())) {
            Answer answer = connection.post(headers, body);
            assertThat(answer.status()).as("%s", answer.json()).isEqualTo(status);
            assertThat(answer.headers()).containsEntry("content-type", "application/problem+json");
            assertThat(HttpCaller.problemOf(answer.json())).isEqualTo(problem);
            assertThat(answer.json().at("status").number(0)).isEqualTo(status);
            assertThat(answer.json().text("field")).isEqualTo(field);
            assertThat(answer.json().text("title")).isNotNull();
            assertThat(answer.json().text("detail")).isNotNull();
            assertThat(stored()).isEqualTo(before);
            if (answer.endsConnection()) {
                // Only where the rest of the body cannot be skipped at a bounded cost.
                assertThat(problem).isEqualTo("body-too-large");
                assertThat(connection.isAtEnd()).isTrue();
            } else {
                assertThat(connection.post(JSON, utf8(event(""))).status()).isEqualTo(200);
                assertThat(stored()).isEqualTo(before + 1);
            }
        }
    }

    private static int stored() throws IOException, InterruptedException {
        return stored("tenant=acme");
    }

    private static int stored(String query) throws IOException, InterruptedException {
        return server.http().all(query).size();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 617, 999})
    void contract9_storesTheGoodLinesAndNamesTheBadOneAmongAThousand(int bad) throws Exception {
        List<String> badLines = List.of(
                "{\"tenant\":",
                event("\"time\":\"noon\","),
                event("").replace("\"action\":\"document.read\",", ""),
                "nonsense");
        int before = stored("");
        for (int round = 0; round < badLines.size(); round++) {
            // One of its own, so that what others stored need not be read again in every round.
            String tenant = "lines-" + bad + "-" + round;
            List<String> lines = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                lines.add(i == bad ? badLines.get(round) : event("").replace("\"acme\"", "\"" + tenant + "\""));
            }
            try (RawHttp connection = new RawHttp(server.httpPort())) {
                Answer answer = connection.post(NDJSON, utf8(String.join("\n", lines)));
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.json().at("receipts").elements()).hasSize(999);
                JsonTree rejected = answer.json().at("rejected").elements().get(0);
                assertThat(answer.json().at("rejected").elements()).hasSize(1);
                assertThat(rejected.at("index").number(-1)).isEqualTo(bad);
                assertThat(rejected.at("problem", "line").number(-1)).isEqualTo(bad + 1);
                assertThat(stored("tenant=" + tenant)).isEqualTo(999);
                assertThat(connection.post(JSON, utf8(event(""))).status()).isEqualTo(200);
            }
        }
        assertThat(stored("")).isEqualTo(before + badLines.size() * 1_000);
    }

    @Test
    void storesTheGoodEventsOfAnArrayAndNamesTheBadOne() throws Exception {
        int before = stored();
        String wrong = event("").replace("\"P3_LOW\"", "\"P9\"");
        HttpCaller.Answer answer = server.http().post("[" + event("") + "," + wrong + "," + event("") + "]");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().at("receipts").elements().stream()
                        .map(r -> r.at("index").number(-1)))
                .containsExactly(0L, 2L);
        JsonTree rejected = answer.json().at("rejected").elements().get(0);
        assertThat(rejected.at("index").number(-1)).isEqualTo(1);
        assertThat(rejected.text("problem", "field")).isEqualTo("severity");
        assertThat(stored()).isEqualTo(before + 2);
    }

    @Test
    void refusesEveryEventOfASystemTenantAndShowsItOnlyWhenNamed() throws Exception {
        HttpCaller http = server.http();
        HttpCaller.Answer refused = http.post(event("").replace("\"acme\"", "\"_system\""));
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.problem()).isEqualTo("forbidden");
        assertThat(refused.json().text("field")).isEqualTo("tenant");

        assertThat(http.get("/v1/events?tenant=_system").status()).isEqualTo(200);
        assertThat(http.all("tenant=_system")).isEmpty();
        assertThat(http.all("")).noneMatch(event -> "_system".equals(event.text("tenant")));
    }
}
