package io.evident.ingest.http;

import static io.evident.ingest.TestEvents.id;
import static io.evident.ingest.TestEvents.json;
import static io.evident.ingest.http.RawClient.get;
import static io.evident.ingest.http.RawClient.post;
import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.RefusalReason;
import io.evident.ingest.LogGuard;
import io.evident.ingest.ScriptedIntake.Offer;
import io.evident.ingest.TestServer;
import io.evident.ingest.http.RawClient.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpConnectionTest {
    private static final String JSON = "application/json";

    private TestServer server = TestServer.start();

    @AfterEach
    void stop() {
        server.close();
    }

    private static String postEvent(int number) {
        return post("/v1/events", JSON, json(number));
    }

    @Test
    void answersPipelinedRequestsInTheirOrderWhateverTheOrderOfTheirReceipts() throws Exception {
        server.intake.script(Offer::hold);
        try (RawClient client = new RawClient(server)) {
            client.send(postEvent(0) + get("/") + postEvent(1) + get("/nowhere") + postEvent(2));
            List<Offer> held = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                held.add(server.intake.nextHeld());
            }
            held.get(2).accept();
            held.get(1).accept();
            held.get(0).accept();
            assertThat(client.answer().text()).contains(id(0).toString());
            assertThat(client.answer().text()).contains("evident");
            assertThat(client.answer().text()).contains(id(1).toString());
            assertThat(client.answer().status()).isEqualTo(404);
            assertThat(client.answer().text()).contains(id(2).toString());
        }
    }

    @Test
    void contract7_takesInOnlySoManyRequestsAtATime() throws Exception {
        server.close();
        server = TestServer.withHttp(TestServer.httpLimits(1 << 20, 20_000));
        server.intake.script(Offer::hold);
        try (RawClient client = new RawClient(server)) {
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < 10; i++) {
                all.append(postEvent(i));
            }
            client.send(all.toString());
            List<Offer> held = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                held.add(server.intake.nextHeld());
            }
            held.get(3).accept();
            held.get(2).accept();
            assertThat(server.intake.offers).hasSize(4);
            held.get(0).accept();
            held.get(1).accept();
            for (int i = 4; i < 10; i++) {
                server.intake.nextHeld().accept();
            }
            for (int i = 0; i < 10; i++) {
                assertThat(client.answer().text()).contains(id(i).toString());
            }
        }
    }

    @Test
    void answersThousandsOfPipelinedRequestsInOneBurst() throws Exception {
        try (RawClient client = new RawClient(server)) {
            Thread sender = new Thread(() -> {
                try {
                    client.send(get("/health/liveness").repeat(3_000));
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            sender.start();
            for (int i = 0; i < 3_000; i++) {
                assertThat(client.answer().status()).isEqualTo(200);
            }
            sender.join();
        }
    }

    @Test
    void readsRequestsThatAreCutAtEveryByte() throws Exception {
        String both = postEvent(0) + "POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n\r\n";
        try (RawClient client = new RawClient(server)) {
            for (int cut = 1; cut < both.length(); cut++) {
                client.send(both.substring(0, cut));
                client.send(both.substring(cut));
                assertThat(client.answer().status()).as("cut at %d", cut).isEqualTo(200);
                assertThat(client.answer().status()).as("cut at %d", cut).isEqualTo(200);
            }
        }
        assertThat(server.intake.offers).hasSize(both.length() - 1);
    }

    @Test
    void sendsContinueOnlyWhenItsTurnHasCome() throws Exception {
        server.intake.script(Offer::hold);
        String body = json(1);
        try (RawClient client = new RawClient(server)) {
            client.send(postEvent(0));
            Offer first = server.intake.nextHeld();
            client.send("POST /v1/events HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                    + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n");
            first.accept();
            assertThat(client.answer().text()).contains(id(0).toString());
            assertThat(client.answer(false).status()).isEqualTo(100);
            client.send(body);
            server.intake.nextHeld().accept();
            assertThat(client.answer().text()).contains(id(1).toString());
        }
    }

    @Test
    void refusesInsteadOfContinueWhenTheBodyIsNotWanted() throws Exception {
        String request = post("/v1/events", "text/plain", "12345");
        try (RawClient client = new RawClient(server)) {
            Answer answer = client.exchange(request.replace("Host: x", "Host: x\r\nExpect: 100-continue"));
            assertThat(answer.status()).isEqualTo(415);
        }
    }

    @Test
    void keepsTheConnectionOpenUnlessTheClientWantsItClosed() throws Exception {
        try (RawClient client = new RawClient(server)) {
            assertThat(client.exchange(get("/")).status()).isEqualTo(200);
            assertThat(client.exchange(postEvent(1)).status()).isEqualTo(200);
            Answer last = client.exchange("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            assertThat(last.headers()).containsEntry("connection", "close");
            assertThat(client.isAtEnd()).isTrue();
        }
    }

    @Test
    void closesAfterAnAnswerOverHttp10() throws Exception {
        try (RawClient client = new RawClient(server)) {
            assertThat(client.exchange("GET /health HTTP/1.0\r\n\r\n").status()).isEqualTo(200);
            assertThat(client.isAtEnd()).isTrue();
        }
    }

    @Test
    void answersHeadWithTheHeaderOfGet() throws Exception {
        try (RawClient client = new RawClient(server)) {
            client.send("HEAD /openapi.yaml HTTP/1.1\r\nHost: x\r\n\r\n");
            Answer head = client.answer(false);
            Answer whole = client.exchange(get("/openapi.yaml"));
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.headers().get("content-length")).isEqualTo(String.valueOf(whole.body().length));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "DELETE, /v1/events, 405, 'GET, HEAD, OPTIONS, POST'",
        "POST, /v1/events/follow, 405, 'GET, HEAD, OPTIONS'",
        "TRACE, /, 405, 'GET, HEAD, OPTIONS'",
        "OPTIONS, /v1/events, 204, 'GET, HEAD, OPTIONS, POST'",
        "OPTIONS, *, 204, 'DELETE, GET, HEAD, OPTIONS, POST, PUT'",
        "OPTIONS, /nowhere, 404,",
        "GET, /nowhere, 404,",
        "GET, /v1/events/, 404,",
        "GET, /v1/events/a/b, 404,",
        "GET, /V1/events, 404,",
        "GET, //v1/events, 404,",
        "GET, http://other/health, 200,"
    })
    void answersByPathAndMethod(String method, String path, int status, String allow) throws Exception {
        try (RawClient client = new RawClient(server)) {
            Answer answer = client.exchange(method + " " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.headers().get("allow")).isEqualTo(allow);
            assertThat(client.exchange(get("/")).status()).isEqualTo(200);
        }
    }

    @Test
    void tellsHealthAndMetrics() throws Exception {
        try (RawClient client = new RawClient(server)) {
            for (String path : List.of("", "/liveness", "/readiness", "/startup", "/detailed")) {
                assertThat(client.exchange(get("/health" + path)).json()).containsEntry("up", true);
            }
            server.healthy = false;
            assertThat(client.exchange(get("/health/readiness")).status()).isEqualTo(503);
            Answer metrics = client.exchange(get("/metrics"));
            assertThat(metrics.headers().get("content-type")).startsWith("text/plain; version=0.0.4");
            assertThat(metrics.text()).isEqualTo("evident_up 1\n");
        }
        try (TestServer without = TestServer.withoutMetrics();
                RawClient client = new RawClient(without)) {
            assertThat(client.exchange(get("/metrics")).status()).isEqualTo(404);
        }
    }

    @Test
    void readsNoMoreFromAClientThatLeavesItsAnswersUnreadAndGoesOnWhenItReads() throws Exception {
        int requests = 40;
        int lines = 5_000;
        String request = post("/v1/events", "application/x-ndjson", "x\n".repeat(lines));
        try (RawClient client = new RawClient(server)) {
            Thread sender = new Thread(() -> {
                try {
                    client.send(request.repeat(requests));
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            sender.start();
            awaitStandstill();
            assertThat(server.intake.refusals.size()).isLessThan(requests * lines);
            for (int i = 0; i < requests; i++) {
                assertThat(client.answer().status()).isEqualTo(400);
            }
            sender.join(10_000);
            assertThat(server.intake.refusals).hasSize(requests * lines);
        }
    }

    /** Waits until the door has got nothing new between two looks. */
    private void awaitStandstill() {
        int[] last = {-1};
        Awaitility.await().pollInterval(Duration.ofMillis(300)).until(() -> {
            int now = server.intake.refusals.size();
            boolean still = now == last[0] && now > 0;
            last[0] = now;
            return still;
        });
    }

    @Test
    void cutsOffAClientThatLeavesItsAnswersUnreadForTooLong() throws Exception {
        server.close();
        server = TestServer.withHttp(new io.evident.ingest.HttpLimits(
                8192, 16_384, 1 << 20, 1 << 20, 10, 16, 30_000, 30_000, 30_000, 30_000, 300));
        try (RawClient client = new RawClient(server)) {
            Thread sender = new Thread(() -> {
                try {
                    while (true) {
                        client.send(get("/openapi.yaml").repeat(20));
                    }
                } catch (IOException expected) {
                    // The server closes the connection while we send.
                }
            });
            sender.start();
            sender.join(30_000);
            assertThat(sender.isAlive()).isFalse();
        }
        server.awaitNoConnections();
    }

    @Test
    void dropsTheAnswersOfAClientThatHasGone() throws Exception {
        server.intake.script(Offer::hold);
        List<Offer> held = new ArrayList<>();
        try (RawClient client = new RawClient(server)) {
            client.send(postEvent(0) + postEvent(1));
            held.add(server.intake.nextHeld());
            held.add(server.intake.nextHeld());
        }
        server.awaitNoConnections();
        held.forEach(Offer::accept);
        server.intake.script(Offer::accept);
        try (RawClient client = new RawClient(server)) {
            assertThat(client.exchange(postEvent(2)).status()).isEqualTo(200);
        }
    }

    @Test
    void answersWhatItReadBeforeItCloses() throws Exception {
        server.intake.script(Offer::hold);
        try (RawClient client = new RawClient(server);
                RawClient idle = new RawClient(server)) {
            client.send(postEvent(0));
            Offer offer = server.intake.nextHeld();
            idle.exchange(get("/"));
            server.server.stopIntake();
            Thread closer = new Thread(server::close);
            closer.start();
            assertThat(idle.isAtEnd()).isTrue();
            offer.accept();
            assertThat(client.answer().status()).isEqualTo(200);
            assertThat(client.isAtEnd()).isTrue();
            closer.join(10_000);
            assertThat(closer.isAlive()).isFalse();
        }
    }

    @Test
    void contract7_refusesTheConnectionBeyondTheLimit() throws Exception {
        try (TestServer small = TestServer.withMaxConnections(1);
                RawClient first = new RawClient(small)) {
            assertThat(first.exchange(get("/")).status()).isEqualTo(200);
            try (RawClient second = new RawClient(small)) {
                Answer answer = second.answer();
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.headers()).containsEntry("retry-after", "1");
                assertThat(second.isAtEnd()).isTrue();
            }
            assertThat(first.exchange(get("/")).status()).isEqualTo(200);
        }
    }

    @Test
    void answersAnUnexpectedErrorWithoutItsDetails() throws Exception {
        server.intake.script(offer -> {
            throw new IllegalStateException("secret");
        });
        try (RawClient client = new RawClient(server)) {
            Answer answer = client.exchange(postEvent(0));
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.json()).containsEntry("outcome", "unknown");
            assertThat(answer.text()).doesNotContain("secret");
            server.intake.script(offer -> offer.refuse(RefusalReason.UNAVAILABLE));
            assertThat(client.exchange(postEvent(1)).status()).isEqualTo(503);
        }
        Awaitility.await().until(() -> !LogGuard.take().isEmpty());
    }
}
