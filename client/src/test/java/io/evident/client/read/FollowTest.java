package io.evident.client.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.client.read.answer.BadAnswerException;
import io.evident.client.read.answer.NoAnswerException;
import io.evident.client.read.answer.ProblemException;
import io.evident.client.read.answer.SampleEvents;
import io.evident.client.read.answer.StoredEvent;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FollowTest {
    private static final String SSE = "text/event-stream";
    private static final int EVENTS = 2;

    private static String message(int number) {
        return "id: p:" + number + "\nevent: event\ndata: " + SampleEvents.json(number) + "\n\n";
    }

    private static int start(RawHttpServer.Request request) {
        String position = request.headers().get("last-event-id");
        return position == null ? 0 : Integer.parseInt(position.substring(2)) + 1;
    }

    private static byte[] chunked(int from, int to) {
        StringBuilder text = new StringBuilder(":\n\n");
        for (int i = from; i < to; i++) {
            text.append(message(i));
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < bytes.length; at += 100) {
            out.writeBytes(RawHttpServer.chunkOf(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + 100))));
        }
        return out.toByteArray();
    }

    @Test
    void passesOnWhatTheServerTells() throws Exception {
        try (RawHttpServer server = new RawHttpServer((request, answer) -> {
                    assertThat(request.path()).isEqualTo("/v1/events/follow");
                    assertThat(Parameters.of(request.target())).hasToString("{action!=a*}");
                    assertThat(request.headers()).doesNotContainKey("last-event-id");
                    answer.beginChunks(SSE);
                    answer.chunk(":\n\n" + message(0) + "event: lag\ndata: {\"eventsBehind\":12}\n\n"
                            + "event: of-a-later-server\ndata: ?\n\n" + message(1));
                    answer.hang();
                });
                AuditReader reader = server.reader().build()) {
            RecordingListener listener = new RecordingListener();
            ReadQuery query = ReadQuery.builder()
                    .whereNotStartsWith(ReadField.ACTION, "a")
                    .order(ReadQuery.Order.ASC)
                    .pageSize(3)
                    .build();
            Following following = reader.follow(query, listener);
            assertThat(listener.awaitEvent()).isEqualTo(SampleEvents.event(0));
            assertThat(listener.awaitEvent()).isEqualTo(SampleEvents.event(1));
            assertThat(listener.lags).containsExactly(12L);
            assertThat(listener.positions).containsExactly("p:0", "p:1");
            assertThat(listener.gaps).containsExactly(false);
            following.close();
            assertThat(following.position()).isEqualTo("p:1");
            assertThat(following.awaitEnd(Duration.ZERO)).isTrue();
            assertThat(listener.awaitEnd()).isNull();
            assertThat(listener.breaks).isEmpty();
            following.close();
        }
    }

    /**
     * One following for each place where the first connection breaks, be it within a chunk's size; deep within an event's
     * JSON some of the places stand for the others.
     */
    @Test
    void leavesNothingOutAndRepeatsNothingWhereverItIsCut() throws Exception {
        int length = chunked(0, EVENTS).length;
        Set<String> cuts = ConcurrentHashMap.newKeySet();
        try (RawHttpServer server = new RawHttpServer((request, answer) -> {
                    String cut = request.parameter("actor");
                    byte[] body = chunked(start(request), EVENTS);
                    answer.beginChunks(SSE);
                    if (cuts.add(cut)) {
                        answer.raw(Arrays.copyOf(body, Integer.parseInt(cut)));
                    } else {
                        answer.raw(body);
                        answer.hang();
                    }
                });
                AuditReader reader = server.reader().build()) {
            for (int cut = 0; cut <= length; cut += isWithinJson(cut) ? 41 : 2) {
                RecordingListener listener = new RecordingListener();
                ReadQuery query =
                        ReadQuery.builder().where(ReadField.ACTOR, "" + cut).build();
                try (Following following = reader.follow(query, listener)) {
                    for (int i = 0; i < EVENTS; i++) {
                        assertThat(listener.awaitEvent()).as("cut at %d", cut).isEqualTo(SampleEvents.event(i));
                    }
                    listener.awaitCall("disconnected");
                    listener.awaitCall("connected");
                    assertThat(following.awaitEnd(Duration.ZERO)).isFalse();
                }
                assertThat(listener.events).as("cut at %d", cut).isEmpty();
                assertThat(listener.breaks).as("cut at %d", cut).hasSize(1);
                boolean resumed = server.requests()
                        .get(server.requests().size() - 1)
                        .headers()
                        .containsKey("last-event-id");
                int connections = listener.gaps.size();
                assertThat(listener.gaps.get(connections - 1))
                        .as("cut at %d", cut)
                        .isEqualTo(connections == 2 && !resumed);
            }
        }
    }

    /** Whether a cut is far from where a message, or a line of it, begins or ends; chunks make each of them a bit longer. */
    private static boolean isWithinJson(int cut) {
        int at = cut % message(0).length();
        return at > 100 && at < message(0).length() - 60;
    }

    @Test
    void saysThatThereMayBeAGapWhenItHadNoPositionYet() throws Exception {
        try (RawHttpServer server = new RawHttpServer((request, answer) -> {
                    answer.beginChunks(SSE);
                    answer.chunk(request.number() < 2 ? ":\n\n" : "id: p:7\n\n");
                    if (request.number() == 3) {
                        answer.hang();
                    }
                });
                AuditReader reader = server.reader().build()) {
            RecordingListener listener = new RecordingListener();
            try (Following following = reader.follow(ReadQuery.all(), listener)) {
                for (int i = 0; i < 4; i++) {
                    listener.awaitCall("connected");
                }
                // A position that comes without an event is one as well.
                assertThat(listener.gaps).containsExactly(false, true, true, false);
                assertThat(listener.failures).containsExactly(1, 1, 1);
                assertThat(following.position()).isEqualTo("p:7");
                assertThat(server.requests().get(3).headers()).containsEntry("last-event-id", "p:7");
            }
        }
    }

    @Test
    void goesOnBehindAPositionOfAnEarlierFollowing() throws Exception {
        try (RawHttpServer server = new RawHttpServer((request, answer) -> {
                    answer.beginChunks(SSE);
                    answer.chunk(message(start(request)));
                    answer.hang();
                });
                AuditReader reader = server.reader().build()) {
            RecordingListener listener = new RecordingListener();
            try (Following following = reader.follow(ReadQuery.all(), "p:4", listener)) {
                assertThat(listener.awaitEvent()).isEqualTo(SampleEvents.event(5));
                assertThat(following.position()).isIn("p:4", "p:5");
            }
        }
    }

    @Test
    void takesASilentConnectionForDead() throws Exception {
        try (RawHttpServer server = new RawHttpServer((request, answer) -> {
                    answer.beginChunks(SSE);
                    answer.chunk(message(start(request)));
                    answer.hang();
                });
                AuditReader reader =
                        server.reader().heartbeatTimeout(Duration.ofMillis(50)).build()) {
            RecordingListener listener = new RecordingListener();
            try (Following following = reader.follow(ReadQuery.all(), listener)) {
                for (int i = 0; i < 3; i++) {
                    assertThat(listener.awaitEvent()).isEqualTo(SampleEvents.event(i));
                }
                assertThat(listener.breaks.get(0))
                        .isInstanceOf(NoAnswerException.class)
                        .hasMessageContaining("50 ms");
                assertThat(following.position()).isNotNull();
            }
        }
    }

    @Test
    void triesAgainUntilTheServerIsThere() throws Exception {
        try (RawHttpServer server = new RawHttpServer((request, answer) -> {
                    switch (request.number()) {
                        case 0 -> answer.whole(503, "text/plain", "", "Retry-After: 0");
                        case 1 -> answer.whole(500, "text/plain", "");
                        case 2 -> answer.raw("HTTP/1.1 2");
                        default -> {
                            answer.beginChunks(SSE);
                            answer.chunk(message(0));
                            answer.hang();
                        }
                    }
                });
                AuditReader reader = server.reader().build()) {
            RecordingListener listener = new RecordingListener();
            try (Following following = reader.follow(ReadQuery.all(), listener)) {
                assertThat(listener.awaitEvent()).isEqualTo(SampleEvents.event(0));
                assertThat(listener.failures).containsExactly(1, 2, 3);
                assertThat(listener.breaks.get(0)).isInstanceOf(ProblemException.class);
                assertThat(listener.gaps).containsExactly(false);
                assertThat(following.awaitEnd(Duration.ZERO)).isFalse();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 400, 401, 403, 404})
    void endsWhereTheServerRefuses(int status) throws Exception {
        try (RawHttpServer server = RawHttpServer.answering(status, "text/plain", "");
                AuditReader reader = server.reader().build()) {
            RecordingListener listener = new RecordingListener();
            Following following = reader.follow(ReadQuery.all(), listener);
            assertThat(listener.awaitEnd())
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            refused -> assertThat(refused.status()).isEqualTo(status));
            assertThat(following.awaitEnd(Duration.ofSeconds(20))).isTrue();
            assertThat(listener.calls).containsExactly("ended");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "event: event\ndata: {}\n\n",
                "id: 1\nevent: event\ndata: {}\n\n",
                "id: a b\nevent: event\ndata: {}\n\n",
                "event: lag\ndata: {\"eventsBehind\":\"1\"}\n\n",
                "LONG"
            })
    void endsWhereSomethingElseAnswers(String stream) throws Exception {
        String text = stream.equals("LONG") ? "data: " + "x".repeat(HttpCalls.MAX_EVENT_BYTES) : stream;
        try (RawHttpServer server = new RawHttpServer((request, answer) -> {
                    answer.beginChunks(SSE);
                    answer.chunk(text);
                    answer.hang();
                });
                AuditReader reader = server.reader().build()) {
            RecordingListener listener = new RecordingListener();
            Following following = reader.follow(ReadQuery.all(), listener);
            assertThat(listener.awaitEnd()).isInstanceOf(BadAnswerException.class);
            assertThat(following.awaitEnd(Duration.ofSeconds(20))).isTrue();
            assertThat(listener.events).isEmpty();
        }
    }

    @Test
    void endsWithWhatTheListenerThrowsAndCountsItsEventAsNotTaken() throws Exception {
        try (RawHttpServer server = new RawHttpServer((request, answer) -> {
                    answer.beginChunks(SSE);
                    answer.raw(chunked(0, 3));
                    answer.hang();
                });
                AuditReader reader = server.reader().build()) {
            // Of a kind that would mean a broken connection, had the reader thrown it.
            NoAnswerException own = new NoAnswerException("of the listener's own", null);
            AtomicReference<RuntimeException> end = new AtomicReference<>();
            Following following = reader.follow(ReadQuery.all(), new FollowListener() {
                @Override
                public void event(StoredEvent event, String position) {
                    if (event.sequence() == 1) {
                        throw own;
                    }
                }

                @Override
                public void ended(RuntimeException why) {
                    end.set(why);
                }
            });
            assertThat(following.awaitEnd(Duration.ofSeconds(20))).isTrue();
            assertThat(end.get()).isSameAs(own);
            assertThat(following.position()).isEqualTo("p:0");
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void canBeClosedByItsListener() throws Exception {
        try (RawHttpServer server = new RawHttpServer((request, answer) -> {
                    answer.beginChunks(SSE);
                    answer.raw(chunked(0, 3));
                    answer.hang();
                });
                AuditReader reader = server.reader().build()) {
            AtomicReference<Following> self = new AtomicReference<>();
            CountDownLatch known = new CountDownLatch(1);
            RecordingListener record = new RecordingListener();
            self.set(reader.follow(ReadQuery.all(), new FollowListener() {
                @Override
                public void event(StoredEvent event, String position) {
                    record.event(event, position);
                    awaitQuietly(known);
                    self.get().close();
                }

                @Override
                public void ended(RuntimeException why) {
                    record.ended(why);
                }
            }));
            known.countDown();
            assertThat(record.awaitEnd()).isNull();
            assertThat(record.events).hasSize(1);
            assertThat(self.get().awaitEnd(Duration.ofSeconds(20))).isTrue();
            assertThat(self.get().position()).isEqualTo("p:0");
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @Test
    void isClosedAtOnceWhateverItWaitsFor() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        try (RawHttpServer server = new RawHttpServer((request, answer) -> {
                    asked.countDown();
                    answer.hang();
                });
                AuditReader reader =
                        server.reader().answerTimeout(Duration.ofHours(1)).build()) {
            RecordingListener listener = new RecordingListener();
            Following connecting = reader.follow(ReadQuery.all(), listener);
            assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
            connecting.close();
            assertThat(listener.calls).containsExactly("ended");
        }
        try (RawHttpServer server = RawHttpServer.answering(503, "text/plain", "");
                AuditReader reader = server.reader()
                        .reconnectBackoff(Duration.ofHours(1), Duration.ofHours(1))
                        .build()) {
            RecordingListener listener = new RecordingListener();
            Following waiting = reader.follow(ReadQuery.all(), listener);
            listener.awaitCall("disconnected");
            waiting.close();
            assertThat(listener.awaitEnd()).isNull();
        }
    }

    @Test
    void endsWithItsReader() throws Exception {
        try (RawHttpServer server = new RawHttpServer((request, answer) -> {
            answer.beginChunks(SSE);
            answer.hang();
        })) {
            AuditReader reader = server.reader().build();
            RecordingListener listener = new RecordingListener();
            Following following = reader.follow(ReadQuery.all(), listener);
            listener.awaitCall("connected");
            reader.close();
            assertThat(following.awaitEnd(Duration.ZERO)).isTrue();
            RecordingListener late = new RecordingListener();
            assertThat(reader.follow(ReadQuery.all(), late).awaitEnd(Duration.ofSeconds(20)))
                    .isTrue();
            assertThat(late.awaitEnd()).isNull();
        }
    }

    @Test
    void refusesWhatCannotBeFollowed() {
        try (AuditReader reader = AuditReader.of("http://127.0.0.1:1")) {
            FollowListener listener = (event, position) -> {};
            ReadQuery range = ReadQuery.builder().to("2026-01-01T00:00:00Z").build();
            assertThatThrownBy(() -> reader.follow(range, listener)).isInstanceOf(IllegalArgumentException.class);
            for (String position : List.of("", "a b", "a\n", "é")) {
                assertThatThrownBy(() -> reader.follow(ReadQuery.all(), position, listener))
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
    }
}
