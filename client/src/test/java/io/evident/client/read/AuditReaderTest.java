package io.evident.client.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.client.read.answer.BadAnswerException;
import io.evident.client.read.answer.EventCount;
import io.evident.client.read.answer.EventFacets;
import io.evident.client.read.answer.IncompleteAnswerException;
import io.evident.client.read.answer.NoAnswerException;
import io.evident.client.read.answer.ProblemException;
import io.evident.client.read.answer.SampleEvents;
import io.evident.event.RefusalReason;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditReaderTest {
    private static final String JSON = "application/json";
    private static final String PROBLEM = "application/problem+json";
    private static final ReadQuery QUERY = ReadQuery.builder()
            .where(ReadField.TENANT, "acme")
            .from("2026-03-01T00:00:00Z")
            .order(ReadQuery.Order.ASC)
            .pageSize(7)
            .build();

    private static String problem(RefusalReason reason) {
        return "{\"type\":\"urn:evident:problem:" + reason.text() + "\",\"title\":\"t\",\"status\":" + reason.status()
                + ",\"detail\":\"is so\",\"field\":\"f\"}";
    }

    @Test
    void findsAnEventByItsId() throws Exception {
        try (RawHttpServer server = RawHttpServer.answering(200, JSON, SampleEvents.json(1));
                AuditReader reader = server.reader().build()) {
            assertThat(reader.find(SampleEvents.id(1), "a&b")).contains(SampleEvents.event(1));
            assertThat(reader.find(SampleEvents.id(1), null)).contains(SampleEvents.event(1));
            assertThat(server.requests().get(0).path()).isEqualTo("/v1/events/" + SampleEvents.id(1));
            assertThat(server.requests().get(0).parameter("tenant")).isEqualTo("a&b");
            assertThat(server.requests().get(1).target()).doesNotContain("?");
        }
    }

    @Test
    void findsNothingOnlyWhereEvidentSaysSo() throws Exception {
        UUID id = SampleEvents.id(1);
        try (RawHttpServer server = RawHttpServer.answering(404, PROBLEM, problem(RefusalReason.NOT_FOUND));
                AuditReader reader = server.reader().build()) {
            assertThat(reader.find(id, "acme")).isEmpty();
        }
        try (RawHttpServer server = RawHttpServer.answering(404, "text/html", "<html>");
                AuditReader reader = server.reader().build()) {
            assertThatThrownBy(() -> reader.find(id, "acme")).isInstanceOf(ProblemException.class);
        }
    }

    @Test
    void asksForNumbers() throws Exception {
        try (RawHttpServer server = new RawHttpServer((request, answer) -> {
                    assertThat(request.parameter("tenant")).isEqualTo("acme");
                    assertThat(request.parameter("from")).isEqualTo("2026-03-01T00:00:00Z");
                    assertThat(request.parameter("order")).isNull();
                    switch (request.path()) {
                        case "/v1/events/count" -> {
                            assertThat(request.parameter("limit")).isNull();
                            answer.json("{\"count\":12}");
                        }
                        case "/v1/events/facets" -> {
                            assertThat(request.parameter("by")).isEqualTo("action");
                            assertThat(request.parameter("limit")).isEqualTo("5");
                            answer.json("{\"by\":\"action\",\"count\":1,\"values\":[{\"value\":\"a\",\"count\":1}],"
                                    + "\"otherValues\":0}");
                        }
                        default -> {
                            assertThat(request.path()).isEqualTo("/v1/events/histogram");
                            assertThat(request.parameter("interval")).isEqualTo("1d");
                            answer.json("{\"intervalSeconds\":86400,\"count\":0,\"buckets\":[]}");
                        }
                    }
                });
                AuditReader reader = server.reader().build()) {
            assertThat(reader.count(QUERY)).isEqualTo(new EventCount(12, List.of()));
            assertThat(reader.facets(QUERY, ReadField.ACTION, 5).values())
                    .containsExactly(new EventFacets.Facet("a", 1));
            assertThat(reader.histogram(QUERY, Duration.ofDays(1)).interval()).isEqualTo(Duration.ofDays(1));
            assertThatThrownBy(() -> reader.facets(QUERY, ReadField.ACTION, 0))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> reader.facets(QUERY, ReadField.ACTION, AuditReader.MAX_FACETS + 1))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void givesNoNumberThatIsIncompleteUnlessThatIsAllowed() throws Exception {
        String body = "{\"count\":1,\"by\":\"action\",\"values\":[],\"otherValues\":0,\"intervalSeconds\":1,"
                + "\"buckets\":[],\"unreadable\":[{\"shard\":0,\"fromSequence\":1,\"toSequence\":2,\"reason\":\"r\"}]}";
        try (RawHttpServer server = RawHttpServer.answering(200, JSON, body);
                AuditReader reader = server.reader().build()) {
            ReadQuery all = ReadQuery.all();
            assertThatThrownBy(() -> reader.count(all)).isInstanceOf(IncompleteAnswerException.class);
            assertThatThrownBy(() -> reader.facets(all, ReadField.ACTION, 1))
                    .isInstanceOf(IncompleteAnswerException.class);
            assertThatThrownBy(() -> reader.histogram(all, Duration.ofSeconds(1)))
                    .isInstanceOf(IncompleteAnswerException.class);
            EventCount count =
                    reader.count(ReadQuery.builder().allowIncomplete().build());
            assertThat(count.count()).isOne();
            assertThat(count.unreadable()).hasSize(1);
        }
    }

    @Test
    void throwsProblemsAsTheServerTellsThem() throws Exception {
        try (RawHttpServer server = RawHttpServer.answering(400, PROBLEM, problem(RefusalReason.INVALID_QUERY));
                AuditReader reader = server.reader().build()) {
            assertThatThrownBy(() -> reader.count(QUERY)).isInstanceOfSatisfying(ProblemException.class, refused -> {
                assertThat(refused.status()).isEqualTo(400);
                assertThat(refused.reason()).isEqualTo(RefusalReason.INVALID_QUERY);
                assertThat(refused.field()).isEqualTo("f");
                assertThat(refused.detail()).isEqualTo("is so");
            });
            assertThat(server.requests()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void triesAgainWhenTheServerAsksTo(int status) throws Exception {
        try (RawHttpServer server = new RawHttpServer((request, answer) -> {
                    if (request.number() < 2) {
                        answer.whole(status, PROBLEM, problem(RefusalReason.BUSY), "Retry-After: 0");
                    } else {
                        answer.json("{\"count\":1}");
                    }
                });
                AuditReader reader = server.reader().maxRetries(2).build()) {
            assertThat(reader.count(QUERY).count()).isOne();
            assertThat(server.requests()).hasSize(3);
        }
    }

    @Test
    void triesAgainNoMoreOftenThanItMay() throws Exception {
        try (RawHttpServer server =
                        RawHttpServer.answering(503, PROBLEM, problem(RefusalReason.BUSY), "Retry-After: 0");
                AuditReader reader = server.reader().maxRetries(2).build()) {
            assertThatThrownBy(() -> reader.count(QUERY)).isInstanceOf(ProblemException.class);
            assertThat(server.requests()).hasSize(3);
        }
    }

    @Test
    void waitsAsLongAsTheServerAsks() throws Exception {
        try (RawHttpServer server = new RawHttpServer((request, answer) -> {
                    if (request.number() == 0) {
                        answer.whole(503, PROBLEM, problem(RefusalReason.BUSY), "Retry-After: 1");
                    } else {
                        answer.json("{\"count\":1}");
                    }
                });
                AuditReader reader = server.reader().build()) {
            long startNs = System.nanoTime();
            assertThat(reader.count(QUERY).count()).isOne();
            assertThat(System.nanoTime() - startNs).isGreaterThanOrEqualTo(TimeUnit.SECONDS.toNanos(1));
        }
    }

    @Test
    void failsAtOnceWhereWaitingIsNotAskedForOrTooLong() throws Exception {
        for (String line :
                List.of("X: 1", "Retry-After: 3", "Retry-After: soon", "Retry-After: Wed, 21 Oct 2099 07:28:00 GMT")) {
            try (RawHttpServer server = RawHttpServer.answering(503, PROBLEM, problem(RefusalReason.BUSY), line);
                    AuditReader reader =
                            server.reader().maxRetryWait(Duration.ofSeconds(2)).build()) {
                assertThatThrownBy(() -> reader.count(QUERY)).as(line).isInstanceOf(ProblemException.class);
                assertThat(server.requests()).as(line).hasSize(1);
            }
        }
        assertThat(RetryAfterText.read("Wed, 21 Oct 2015 07:28:00 GMT")).isZero();
    }

    @Test
    void refusesWhatIsNoAnswerOfEvident() throws Exception {
        try (RawHttpServer server = RawHttpServer.answering(200, "text/html", "{\"count\":1}");
                AuditReader reader = server.reader().build()) {
            assertThatThrownBy(() -> reader.count(QUERY)).isInstanceOf(BadAnswerException.class);
        }
        try (RawHttpServer server = RawHttpServer.answering(302, JSON, "", "Location: /elsewhere");
                AuditReader reader = server.reader().build()) {
            assertThatThrownBy(() -> reader.count(QUERY)).isInstanceOf(ProblemException.class);
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void takesNoAnswerLongerThanItsLimit() throws Exception {
        String body = "{\"count\":1" + " ".repeat(1024 - 11) + "}";
        try (RawHttpServer server = RawHttpServer.answering(200, JSON, body);
                AuditReader reader = server.reader().maxAnswerBytes(1024).build()) {
            assertThat(reader.count(QUERY).count()).isOne();
        }
        try (RawHttpServer server = RawHttpServer.answering(200, JSON, body + " ");
                AuditReader reader = server.reader().maxAnswerBytes(1024).build()) {
            assertThatThrownBy(() -> reader.count(QUERY)).isInstanceOf(BadAnswerException.class);
        }
    }

    @Test
    void takesNoAnswerThatIsCutOrComesNotInTime() throws Exception {
        String head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{\"count\":1}";
        try (RawHttpServer server = new RawHttpServer((request, answer) -> answer.raw(head));
                AuditReader reader = server.reader().build()) {
            assertThatThrownBy(() -> reader.count(QUERY)).isInstanceOf(NoAnswerException.class);
        }
        for (String beginning : List.of("", head)) {
            try (RawHttpServer server = new RawHttpServer((request, answer) -> {
                        answer.raw(beginning);
                        answer.hang();
                    });
                    AuditReader reader = server.reader()
                            .answerTimeout(Duration.ofMillis(100))
                            .build()) {
                assertThatThrownBy(() -> reader.count(QUERY)).isInstanceOf(NoAnswerException.class);
            }
        }
    }

    @Test
    void saysThatNobodyAnswers() throws Exception {
        int port;
        try (ServerSocket unused = new ServerSocket(0)) {
            port = unused.getLocalPort();
        }
        try (AuditReader reader = AuditReader.of("http://127.0.0.1:" + port)) {
            assertThatThrownBy(() -> reader.count(QUERY))
                    .isInstanceOf(NoAnswerException.class)
                    .hasMessageContaining("127.0.0.1:" + port);
        }
    }

    @Test
    void addsToEachRequestWhatItIsTold() throws Exception {
        HttpClient own = HttpClient.newHttpClient();
        try (RawHttpServer server = RawHttpServer.answering(200, JSON, "{\"count\":1}")) {
            AuditReaderBuilder builder = server.reader()
                    .baseUrl(server.url() + "/behind/a/proxy/")
                    .httpClient(own)
                    .eachRequest(request -> request.header("Authorization", "Bearer secret"));
            for (int i = 0; i < 2; i++) {
                try (AuditReader reader = builder.build()) {
                    // The second time the client still works: it was not the reader's to end.
                    assertThat(reader.count(ReadQuery.all()).count()).isOne();
                }
                assertThat(server.requests().get(i).headers()).containsEntry("authorization", "Bearer secret");
                assertThat(server.requests().get(i).target()).isEqualTo("/behind/a/proxy/v1/events/count");
            }
        }
    }

    @Test
    void endsWhoeverWaitsWhenItIsClosed() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        try (RawHttpServer server = new RawHttpServer((request, answer) -> {
            asked.countDown();
            answer.hang();
        })) {
            AuditReader reader = server.reader().build();
            CompletableFuture<EventCount> waiting = CompletableFuture.supplyAsync(() -> reader.count(QUERY));
            assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
            reader.close();
            assertThatThrownBy(() -> waiting.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(NoAnswerException.class);
            assertThatThrownBy(() -> reader.count(QUERY)).isInstanceOf(NoAnswerException.class);
            reader.close();
        }
    }

    @Test
    void isUsedByManyThreadsAtOnce() throws Exception {
        try (RawHttpServer server = new RawHttpServer(
                        (request, answer) -> answer.json("{\"count\":" + request.parameter("actor") + "}"));
                AuditReader reader = server.reader().build()) {
            List<CompletableFuture<Long>> counts = java.util.stream.IntStream.range(0, 50)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> reader.count(ReadQuery.builder()
                                    .where(ReadField.ACTOR, "" + i)
                                    .build())
                            .count()))
                    .toList();
            for (int i = 0; i < counts.size(); i++) {
                assertThat(counts.get(i).get(20, TimeUnit.SECONDS)).isEqualTo(i);
            }
        }
    }

    @Test
    void refusesSettingsOutOfTheirRange() {
        AuditReaderBuilder builder = AuditReader.builder();
        List<Runnable> wrong = List.of(
                () -> builder.baseUrl("127.0.0.1:8480"),
                () -> builder.baseUrl("ftp://host"),
                () -> builder.baseUrl("http://host?query"),
                () -> builder.baseUrl("http://user@host"),
                () -> builder.connectTimeout(Duration.ZERO),
                () -> builder.answerTimeout(Duration.ofSeconds(-1)),
                () -> builder.heartbeatTimeout(Duration.ZERO),
                () -> builder.maxRetries(-1),
                () -> builder.maxRetryWait(Duration.ofSeconds(-1)),
                () -> builder.reconnectBackoff(Duration.ZERO, Duration.ofSeconds(1)),
                () -> builder.reconnectBackoff(Duration.ofSeconds(2), Duration.ofSeconds(1)),
                () -> builder.exportAttempts(0),
                () -> builder.maxAnswerBytes(0));
        for (int i = 0; i < wrong.size(); i++) {
            assertThatThrownBy(wrong.get(i)::run).as("number %d", i).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
