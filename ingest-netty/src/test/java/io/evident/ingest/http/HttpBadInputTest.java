package io.evident.ingest.http;

import static io.evident.ingest.TestEvents.json;
import static io.evident.ingest.http.RawClient.gzip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.evident.ingest.HttpLimits;
import io.evident.ingest.TestServer;
import io.evident.ingest.http.RawClient.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpBadInputTest {
    private static final int MAX_BODY_BYTES = 256 * 1024;
    private static final String JSON = "Content-Type: application/json\r\n";
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.withHttp(TestServer.httpLimits(MAX_BODY_BYTES, 5_000));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] badUtf8() {
        byte[] bytes = utf8(json(1));
        bytes[json(1).indexOf("acme")] = (byte) 0xFF;
        return bytes;
    }

    static Stream<Arguments> badBodies() throws IOException {
        byte[] packed = gzip(json(1));
        String large = "\"attributes\":{\"x\":\"" + "y".repeat(65 * 1024) + "\"},";
        return Stream.of(
                argumentSet("malformed JSON", JSON, utf8(json(1) + "}"), 400, "malformed", null),
                argumentSet("cut JSON", JSON, utf8(json(1).substring(0, 50)), 400, "malformed", null),
                argumentSet("empty", JSON, new byte[0], 400, "malformed", null),
                argumentSet("only blanks", JSON, utf8(" \n"), 400, "malformed", null),
                argumentSet("a number", JSON, utf8("7"), 400, "wrong-type", null),
                argumentSet("wrong type", JSON, utf8(json(1).replace("\"acme\"", "7")), 400, "wrong-type", "tenant"),
                argumentSet(
                        "missing field",
                        JSON,
                        utf8(json(1).replace("\"action\":\"document.read\",", "")),
                        400,
                        "missing-field",
                        "action"),
                argumentSet("unknown field", JSON, utf8(json(1, "\"tenat\":\"x\",")), 400, "unknown-field", "tenat"),
                argumentSet("server field", JSON, utf8(json(1, "\"shard\":1,")), 400, "server-field", "shard"),
                argumentSet("field twice", JSON, utf8(json(1, "\"tenant\":\"x\",")), 400, "duplicate-field", "tenant"),
                argumentSet("bad UTF-8", JSON, badUtf8(), 400, "invalid-text", "tenant"),
                argumentSet("bad time", JSON, utf8(json(1, "\"time\":\"yesterday\",")), 400, "invalid-time", "time"),
                argumentSet(
                        "bad id",
                        JSON,
                        utf8(json(1).replaceFirst("\"id\":\"[^\"]*\"", "\"id\":\"17\"")),
                        400,
                        "invalid-id",
                        "id"),
                argumentSet("null", JSON, utf8(json(1, "\"stream\":null,")), 400, "invalid-value", "stream"),
                argumentSet("oversize event", JSON, utf8(json(1, large)), 413, "event-too-large", "attributes"),
                argumentSet("no content type", "", utf8(json(1)), 415, "unsupported-media-type", "Content-Type"),
                argumentSet(
                        "wrong content type",
                        "Content-Type: text/plain\r\n",
                        utf8(json(1)),
                        415,
                        "unsupported-media-type",
                        "Content-Type"),
                argumentSet(
                        "wrong charset",
                        "Content-Type: application/json; charset=iso-8859-1\r\n",
                        utf8(json(1)),
                        415,
                        "unsupported-media-type",
                        "Content-Type"),
                argumentSet(
                        "wrong encoding",
                        JSON + "Content-Encoding: br\r\n",
                        utf8(json(1)),
                        415,
                        "unsupported-media-type",
                        "Content-Encoding"),
                argumentSet(
                        "truncated gzip",
                        JSON + "Content-Encoding: gzip\r\n",
                        Arrays.copyOf(packed, packed.length - 9),
                        400,
                        "malformed",
                        null),
                argumentSet("no gzip", JSON + "Content-Encoding: gzip\r\n", utf8(json(1)), 400, "malformed", null),
                argumentSet(
                        "gzip bomb",
                        JSON + "Content-Encoding: gzip\r\n",
                        gzip(" ".repeat(16 << 20)),
                        413,
                        "body-too-large",
                        null));
    }

    @ParameterizedTest
    @MethodSource("badBodies")
    void contract9_namesWhatIsWrongAndTakesNothing(String headers, byte[] body, int status, String type, String field)
            throws Exception {
        int before = server.intake.offers.size();
        try (RawClient client = new RawClient(server)) {
            Answer answer = client.post("/v1/events", headers, body);
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.headers()).containsEntry("content-type", "application/problem+json");
            assertThat(answer.json())
                    .containsEntry("type", "urn:evident:problem:" + type)
                    .containsEntry("status", status)
                    .containsKeys("title", "detail");
            assertThat(answer.json().get("field")).isEqualTo(field);
            assertThat(server.intake.offers).hasSize(before);
            if (answer.headers().containsKey("connection")) {
                assertThat(client.isAtEnd()).isTrue();
            } else {
                assertThat(client.exchange(RawClient.post("/v1/events", "application/json", json(1)))
                                .status())
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void keepsTheConnectionUsableAfterABadEvent() throws Exception {
        try (RawClient client = new RawClient(server)) {
            assertThat(client.exchange(RawClient.post("/v1/events", "application/json", "{"))
                            .status())
                    .isEqualTo(400);
            assertThat(client.exchange(RawClient.post("/v1/events", "application/json", json(1)))
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void skipsTheShortBodyOfARefusedRequestAlsoWhenItComesAfterTheAnswer() throws Exception {
        String head = "POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: ";
        try (RawClient client = new RawClient(server)) {
            assertThat(client.exchange(head + "18\r\n\r\n").status()).isEqualTo(415);
            client.send("GET / HTTP/1.1\r\n\r\n");
            assertThat(client.exchange(RawClient.post("/v1/events", "application/json", json(1)))
                            .status())
                    .isEqualTo(200);
            Answer tooLong = client.exchange(head + (64 * 1024 + 1) + "\r\n\r\n");
            assertThat(tooLong.status()).isEqualTo(415);
            assertThat(tooLong.headers()).containsEntry("connection", "close");
        }
    }

    @Test
    void refusesABodyThatAnnouncesTooMuchBeforeItComes() throws Exception {
        try (RawClient client = new RawClient(server)) {
            Answer answer = client.exchange("POST /v1/events HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n" + JSON
                    + "Content-Length: " + (MAX_BODY_BYTES + 1) + "\r\n\r\n");
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.json()).containsEntry("type", "urn:evident:problem:body-too-large");
            assertThat(client.isAtEnd()).isTrue();
        }
    }

    @Test
    void refusesAChunkedBodyAsSoonAsItIsTooLarge() throws Exception {
        try (RawClient client = new RawClient(server)) {
            client.send("POST /v1/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n" + JSON + "\r\n");
            String chunk = "8000\r\n" + " ".repeat(0x8000) + "\r\n";
            for (int sent = 0; sent <= MAX_BODY_BYTES; sent += 0x8000) {
                client.send(chunk);
            }
            Answer answer = client.answer();
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.headers()).containsEntry("connection", "close");
            assertThat(client.isAtEnd()).isTrue();
        }
    }

    @Test
    void takesABodyOfExactlyTheLimit() throws Exception {
        String event = json(1);
        byte[] body = utf8(event + " ".repeat(MAX_BODY_BYTES - event.length()));
        try (RawClient client = new RawClient(server)) {
            assertThat(client.post("/v1/events", JSON, body).status()).isEqualTo(200);
        }
    }

    @Test
    void contract7_refusesBodiesWhenAllTogetherAreTooLarge() throws Exception {
        HttpLimits few = new HttpLimits(1_024, 4_096, 1 << 20, 64 * 1024, 10, 4, 5_000, 5_000, 5_000, 5_000, 5_000);
        String head = "POST /v1/events HTTP/1.1\r\nHost: x\r\n" + JSON + "Content-Length: ";
        try (TestServer small = TestServer.withHttp(few);
                RawClient first = new RawClient(small)) {
            first.send(head + "60001\r\n\r\n" + " ".repeat(60_000));
            Awaitility.await().until(() -> {
                try (RawClient probe = new RawClient(small)) {
                    Answer answer = probe.exchange(head + "10000\r\n\r\n" + " ".repeat(10_000));
                    return answer.status() == 503 && answer.headers().containsKey("retry-after");
                }
            });
            first.send("7");
            assertThat(first.answer().status()).isEqualTo(400);
            assertThat(first.exchange(head + "60001\r\n\r\n" + " ".repeat(60_001))
                            .status())
                    .isEqualTo(400);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
                "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
                "Content-Length: 4\r\nContent-Length: 5\r\n",
                "Content-Length: 4, 4\r\n",
                "Content-Length: +4\r\n",
                "Content-Length: -4\r\n",
                "Content-Length: 99999999999999999999\r\n",
                "Content-Length : 4\r\n",
                "Transfer-Encoding: gzip, chunked\r\n",
                "Transfer-Encoding: chunked, identity\r\n",
                "Transfer-Encoding: xchunked\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                "Host: y\r\n",
                "Expect: a-miracle\r\nContent-Length: 0\r\n",
                "X-Bad\u0000: 1\r\n",
                "no colon\r\n"
            })
    void contract9_refusesAHeaderThatLeavesDoubtAndCloses(String headers) throws Exception {
        int before = server.intake.offers.size();
        try (RawClient client = new RawClient(server)) {
            client.send(
                    "POST /v1/events HTTP/1.1\r\nHost: x\r\n" + JSON + headers + "\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n");
            Answer answer = client.answer();
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.headers()).containsEntry("connection", "close");
            assertThat(answer.json()).containsEntry("type", "urn:evident:problem:malformed");
            assertThat(client.isAtEnd()).isTrue();
            assertThat(server.intake.offers).hasSize(before);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/3.7\r\nHost: x\r\n\r\n",
                "GET /\r\n\r\n",
                "nonsense\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\r\n\r\n",
                "GET /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc",
                "GET nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
            })
    void refusesWhatIsNoRequest(String request) throws Exception {
        try (RawClient client = new RawClient(server)) {
            Answer answer = client.exchange(request);
            assertThat(answer.status()).isEqualTo(400);
            assertThat(client.isAtEnd()).isTrue();
        }
    }

    @Test
    void refusesALineAndAHeaderThatAreTooLong() throws Exception {
        try (RawClient client = new RawClient(server);
                RawClient other = new RawClient(server)) {
            Answer line = client.exchange("GET /" + "x".repeat(2_000) + " HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(line.status()).isEqualTo(400);
            assertThat(line.json().get("detail").toString()).contains("request line");
            Answer header = other.exchange("GET / HTTP/1.1\r\nHost: x\r\nX: " + "x".repeat(5_000) + "\r\n\r\n");
            assertThat(header.status()).isEqualTo(400);
            assertThat(header.json().get("detail").toString()).contains("header");
        }
    }

    @Test
    void doesNotWaitForAHeaderThatComesByteByByte() throws Exception {
        try (RawClient client = new RawClient(server)) {
            Thread dribble = new Thread(() -> {
                try {
                    client.send("GET / HTTP/1.1\r\nHost: ");
                    for (int i = 0; i < 300; i++) {
                        client.send("x");
                        LockSupport.parkNanos(20_000_000);
                    }
                } catch (IOException expected) {
                    // The server closes while we send.
                }
            });
            dribble.start();
            assertThat(client.answer().status()).isEqualTo(408);
            dribble.join();
        }
    }

    @Test
    void doesNotWaitForABodyForever() throws Exception {
        try (RawClient client = new RawClient(server)) {
            Answer answer =
                    client.exchange("POST /v1/events HTTP/1.1\r\nHost: x\r\n" + JSON + "Content-Length: 10\r\n\r\n[");
            assertThat(answer.status()).isEqualTo(408);
            assertThat(answer.json()).containsEntry("type", "urn:evident:problem:timeout");
        }
    }

    @Test
    void closesAnIdleConnectionWithoutAWord() throws Exception {
        try (RawClient client = new RawClient(server)) {
            assertThat(client.exchange(RawClient.get("/")).status()).isEqualTo(200);
            assertThat(client.isAtEnd()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tier=best", "tier=", "tier=synced&tier=synced", "teir=synced", "tier=%zz", "%FF=1"})
    void refusesWrongParameters(String query) throws Exception {
        try (RawClient client = new RawClient(server)) {
            Answer answer = client.exchange(RawClient.post("/v1/events?" + query, "application/json", json(1)));
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.json()).containsEntry("type", "urn:evident:problem:invalid-query");
        }
    }

    @Test
    void refusesWrongCredentials() throws Exception {
        try (RawClient client = new RawClient(server)) {
            Answer answer = client.exchange(
                    "GET /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: " + TestServer.WRONG_TOKEN + "\r\n\r\n");
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.headers()).containsEntry("www-authenticate", "Bearer");
        }
    }
}
