package io.evident.ingest.http.endpoint;

import static io.evident.ingest.TestEvents.event;
import static io.evident.ingest.TestEvents.id;
import static io.evident.ingest.http.RawClient.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.evident.ingest.QueryLimits;
import io.evident.ingest.ScriptedIntake.Offer;
import io.evident.ingest.TestEvents;
import io.evident.ingest.TestServer;
import io.evident.ingest.http.RawClient;
import io.evident.ingest.http.RawClient.Answer;
import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.filter.FilterField;
import io.evident.pipeline.filter.FilterText;
import io.evident.pipeline.query.LiveTail.Follower;
import io.evident.pipeline.query.StoredEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FollowEventsTest {
    private final TestServer server = TestServer.withQueries(new QueryLimits(2, 8, 1 << 20, 1, 200));

    @AfterEach
    void stop() {
        server.close();
    }

    private Follower follower() {
        Awaitility.await().until(() -> server.stored.followers.stream().anyMatch(Follower::isReady));
        return server.stored.followers.get(server.stored.followers.size() - 1);
    }

    /** The next line of the stream that is neither a chunk's frame nor a heartbeat. */
    private static String line(RawClient client) throws IOException {
        String line = client.line();
        while (line.isEmpty() || line.equals(":") || line.matches("[0-9a-f]+")) {
            line = client.line();
        }
        return line;
    }

    @Test
    void passesEventsOnAsTheyArrive() throws Exception {
        StoredEvent stored = server.stored.store(
                TestEvents.builder(1).attributes("{\n\"a\":1\r\n}").build());
        try (RawClient client = new RawClient(server)) {
            client.send(get("/v1/events/follow?tenant=acme&actor=user-1"));
            Answer begin = client.answer(false);
            assertThat(begin.status()).isEqualTo(200);
            assertThat(begin.headers()).containsEntry("content-type", "text/event-stream");
            Follower follower = follower();
            follower.event(stored, "p1");
            follower.flush();
            assertThat(line(client)).isEqualTo("id: p1");
            assertThat(line(client)).isEqualTo("event: event");
            assertThat(line(client))
                    .startsWith("data: {\"id\":\"" + id(1))
                    .contains("\"attributes\":{ \"a\":1  }")
                    .endsWith("\"lane\":\"elevated\"}");
            assertThat(server.stored.filters.get(0).soleValue(FilterField.ACTOR))
                    .isEqualTo("user-1");
        }
    }

    @Test
    void tellsLagAndSendsHeartbeats() throws Exception {
        try (RawClient client = new RawClient(server)) {
            client.send(get("/v1/events/follow"));
            client.answer(false);
            Follower follower = follower();
            follower.lag(1_200);
            follower.flush();
            assertThat(line(client)).isEqualTo("event: lag");
            assertThat(line(client)).isEqualTo("data: {\"eventsBehind\":1200}");
            String line = client.line();
            while (!line.equals(":")) {
                line = client.line();
            }
        }
    }

    @Test
    void resumesAfterThePositionThatTheClientSawLast() throws Exception {
        try (RawClient client = new RawClient(server)) {
            client.send("GET /v1/events/follow HTTP/1.1\r\nHost: x\r\nLast-Event-ID: p41\r\n\r\n");
            client.answer(false);
            assertThat(server.stored.resumedAfter).containsExactly("p41");
        }
    }

    @Test
    void refusesAPositionThatIsNoneAndWrongParameters() throws Exception {
        try (RawClient client = new RawClient(server)) {
            Answer position = client.exchange("GET /v1/events/follow HTTP/1.1\r\nHost: x\r\nLast-Event-ID: 41\r\n\r\n");
            assertThat(position.status()).isEqualTo(400);
            assertThat(position.json()).containsEntry("field", "Last-Event-ID");
            Answer limit = client.exchange(get("/v1/events/follow?limit=1"));
            assertThat(limit.status()).isEqualTo(400);
        }
        assertThat(server.stored.open.get()).isZero();
    }

    @Test
    void endsTheFollowingWhenTheClientGoes() throws Exception {
        try (RawClient client = new RawClient(server)) {
            client.send(get("/v1/events/follow"));
            client.answer(false);
            Follower follower = follower();
            assertThat(server.stored.open.get()).isEqualTo(1);
            client.socket.close();
            Awaitility.await().until(() -> server.stored.open.get() == 0);
            assertThat(follower.isReady()).isFalse();
            follower.event(server.stored.store(event(1)), "p1");
            follower.flush();
        }
    }

    @Test
    void contract7_refusesTheFollowerBeyondTheLimit() throws Exception {
        try (RawClient first = new RawClient(server);
                RawClient second = new RawClient(server)) {
            first.send(get("/v1/events/follow"));
            first.answer(false);
            assertThat(second.exchange(get("/v1/events/follow")).status()).isEqualTo(503);
            first.socket.close();
            Awaitility.await().until(() -> server.stored.open.get() == 0);
            Awaitility.await().until(() -> {
                second.send(get("/v1/events/follow"));
                return second.answer(true).status() == 200;
            });
        }
    }

    @Test
    void isNotReadyWhileTheClientDoesNotRead() throws Exception {
        StoredEvent large = server.stored.store(TestEvents.builder(1)
                .attributes("{\"x\":\"" + "y".repeat(60_000) + "\"}")
                .build());
        try (RawClient client = new RawClient(server)) {
            client.send(get("/v1/events/follow"));
            client.answer(false);
            Follower follower = follower();
            int offered = 0;
            while (follower.isReady() && offered < 5_000) {
                follower.event(large, "p" + offered);
                follower.flush();
                offered++;
            }
            assertThat(offered).isLessThan(5_000);
            for (int i = 0; i < offered; i++) {
                assertThat(line(client)).isEqualTo("id: p" + i);
                line(client);
                line(client);
            }
            Awaitility.await().until(follower::isReady);
        }
    }

    @Test
    void takesTheFiltersOfAQuery() throws Exception {
        try (RawClient client = new RawClient(server)) {
            client.send(get("/v1/events/follow?action=document.*&outcome!=success&ip=10.0.0.0/8&text=consent"));
            assertThat(client.answer(false).status()).isEqualTo(200);
            EventFilter filter = server.stored.filters.get(0);
            assertThat(filter.conditions())
                    .containsExactly(
                            FilterText.read(FilterField.ACTION, false, "document.*")
                                    .condition(),
                            FilterText.read(FilterField.OUTCOME, true, "success")
                                    .condition(),
                            FilterText.read(FilterField.IP, false, "10.0.0.0/8").condition());
            assertThat(filter.text()).isEqualTo("consent");
            assertThat(filter.scope().contains("_system")).isFalse();
        }
    }

    @Test
    void contract8_followsTheSystemTenantOnlyWhenItIsNamedAndNoForeignOne() throws Exception {
        try (RawClient client = new RawClient(server)) {
            String other = "GET /v1/events/follow?tenant=acme,other HTTP/1.1\r\nHost: x\r\nAuthorization: "
                    + TestServer.ACME_TOKEN + "\r\n\r\n";
            assertThat(client.exchange(other).status()).isEqualTo(403);
            client.send(get("/v1/events/follow?tenant=_system"));
            assertThat(client.answer(false).status()).isEqualTo(200);
            assertThat(server.stored.filters.get(0).scope().soleTenant()).isEqualTo("_system");
        }
    }

    /** Large enough that a client which does not read is noticed soon. */
    private StoredEvent large(int number) {
        return server.stored.store(TestEvents.builder(number)
                .attributes("{\"x\":\"" + "y".repeat(60_000) + "\"}")
                .build());
    }

    @Test
    void tellsASlowClientHowFarItLagsAsSoonAsItReadsOn() throws Exception {
        StoredEvent large = large(1);
        try (RawClient client = new RawClient(server)) {
            client.send(get("/v1/events/follow"));
            client.answer(false);
            Follower follower = follower();
            int offered = 0;
            while (follower.isReady()) {
                follower.event(large, "p" + offered++);
                follower.flush();
            }
            // A tail tells the lag only while events lie in front of the follower, and so mostly while it is not ready.
            // What lies between the two may take more at any moment, though, and then the first is told too.
            follower.lag(700);
            follower.lag(1_200);
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            while (!body.toString(StandardCharsets.UTF_8).contains("{\"eventsBehind\":1200}")) {
                client.chunkInto(body);
            }
            List<Message> messages = messages(body);
            assertThat(messages.get(messages.size() - 1)).isEqualTo(new Message("", "lag", "{\"eventsBehind\":1200}"));
            assertThat(messages.stream().filter(message -> message.event().equals("event")))
                    .hasSize(offered);
        }
    }

    @Test
    void tellsWhereItBeginsSoThatNothingIsMissedBeforeTheFirstEvent() throws Exception {
        try (RawClient client = new RawClient(server)) {
            client.send(get("/v1/events/follow"));
            client.answer(false);
            follower().beginning("p7");
            assertThat(line(client)).isEqualTo("id: p7");
            assertThat(client.line()).isEmpty();
        }
    }

    /** One server-sent event, read as the HTML standard says. */
    private record Message(String id, String event, String data) {}

    private static List<Message> messages(ByteArrayOutputStream body) {
        List<Message> messages = new ArrayList<>();
        String text = body.toString(StandardCharsets.UTF_8);
        String whole = text.substring(0, Math.max(0, text.lastIndexOf("\n\n")));
        for (String message : whole.split("\n\n", -1)) {
            Map<String, String> fields = new HashMap<>();
            for (String line : message.lines().toList()) {
                int colon = line.indexOf(':');
                fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
            if (fields.containsKey("data")) {
                messages.add(new Message(fields.getOrDefault("id", ""), fields.get("event"), fields.get("data")));
            }
        }
        return messages;
    }

    /** Offers events from a number on, as a tail does: while the follower is ready, and passes each event once. */
    private Thread tail(Follower follower, List<StoredEvent> all, int from) {
        Thread tail = new Thread(() -> {
            for (int i = from; i < all.size() && server.stored.open.get() > 0; ) {
                if (follower.isReady()) {
                    follower.event(all.get(i), "p" + i);
                    follower.flush();
                    i++;
                } else {
                    Thread.onSpinWait();
                }
            }
        });
        tail.start();
        return tail;
    }

    @Test
    void resumesWithoutAGapOrARepeatHoweverOftenTheConnectionBreaks() throws Exception {
        List<StoredEvent> all = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            all.add(i % 3 == 0 ? large(i) : server.stored.store(event(i)));
        }
        List<String> seen = new ArrayList<>();
        String last = "";
        for (int connection = 0; seen.size() < all.size(); connection++) {
            try (RawClient client = new RawClient(server)) {
                String header = last.isEmpty() ? "" : "Last-Event-ID: " + last + "\r\n";
                client.send("GET /v1/events/follow HTTP/1.1\r\nHost: x\r\n" + header + "\r\n");
                assertThat(client.answer(false).status()).isEqualTo(200);
                int from = last.isEmpty() ? 0 : Integer.parseInt(last.substring(1)) + 1;
                assertThat(server.stored.resumedAfter.get(connection)).isEqualTo(last.isEmpty() ? "null" : last);
                Thread tail = tail(follower(), all, from);
                ByteArrayOutputStream body = new ByteArrayOutputStream();
                int wanted = Math.min(all.size() - seen.size(), 1 + connection * 7);
                while (messages(body).size() < wanted) {
                    client.chunkInto(body);
                }
                for (Message message : messages(body)) {
                    seen.add(message.data().substring(7, 43));
                    last = message.id();
                }
                client.socket.close();
                Awaitility.await().until(() -> server.stored.open.get() == 0);
                tail.join();
                server.awaitNoConnections();
                server.stored.followers.clear();
            }
        }
        assertThat(seen)
                .isEqualTo(all.stream().map(e -> e.event().id().toString()).toList());
    }

    @Test
    void endsWithTheServer() throws Exception {
        try (RawClient client = new RawClient(server)) {
            client.send(get("/v1/events/follow"));
            client.answer(false);
            follower();
            server.close();
            assertThat(server.stored.open.get()).isZero();
        }
    }

    @Test
    void endsWithTheServerAlsoWhenItsTurnHasNotCome() throws Exception {
        server.intake.script(Offer::hold);
        try (RawClient client = new RawClient(server)) {
            client.send(
                    RawClient.post("/v1/events", "application/json", TestEvents.json(1)) + get("/v1/events/follow"));
            Offer offer = server.intake.nextHeld();
            Awaitility.await().until(() -> server.stored.open.get() == 1);
            Thread closer = new Thread(server::close);
            closer.start();
            Awaitility.await().until(this::refusesConnections);
            offer.accept();
            assertThat(client.answer().text()).contains(id(1).toString());
            while (!client.isAtEnd()) {
                // The header of the stream may still come, but never an event.
                assertThat(server.stored.events).isEmpty();
            }
            closer.join(10_000);
            assertThat(server.stored.open.get()).isZero();
        }
    }

    private boolean refusesConnections() {
        try {
            new RawClient(server).close();
            return false;
        } catch (IOException e) {
            return true;
        }
    }
}
