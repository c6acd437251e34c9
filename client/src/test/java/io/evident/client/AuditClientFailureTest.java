package io.evident.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.Receipt;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.wire.Farewell;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What becomes of events when connections break, servers misbehave, or time runs out. */
class AuditClientFailureTest {
    /** What the first connection does with its first batch before it ends. */
    private interface Mishap {
        void happen(ServerSide side, ServerSide.Batch batch) throws IOException;
    }

    private static ClientMetrics survives(Mishap mishap) throws Exception {
        return survives(Duration.ofSeconds(15), mishap);
    }

    /** Ten events over a connection with a mishap: all get their receipts over the next, unchanged, with the ids they had. */
    private static ClientMetrics survives(Duration answerTimeout, Mishap mishap) throws Exception {
        List<AuditEvent> first = new CopyOnWriteArrayList<>();
        List<AuditEvent> again = new CopyOnWriteArrayList<>();
        CountDownLatch queued = new CountDownLatch(1);
        ScriptedServer.Script broken = side -> {
            queued.await();
            side.greet(ScriptedServer.WELCOME);
            ServerSide.Batch batch = side.readBatch();
            first.addAll(batch.events());
            mishap.happen(side, batch);
        };
        ScriptedServer.Script sound = side -> {
            side.greet(ScriptedServer.WELCOME);
            while (true) {
                ServerSide.Batch batch = side.readBatch();
                again.addAll(batch.events());
                side.receipts(batch, true);
            }
        };
        try (ScriptedServer server = new ScriptedServer(broken, sound);
                AuditClient client =
                        server.client().answerTimeout(answerTimeout).open()) {
            List<CompletionStage<Receipt>> stages = Events.send(client, 10);
            queued.countDown();
            for (CompletionStage<Receipt> stage : stages) {
                Events.receipt(stage);
            }
            assertThat(first).hasSize(10);
            assertThat(first).allMatch(event -> event.id() != null).endsWith(again.toArray(new AuditEvent[0]));
            assertThat(Events.receipt(stages.get(9)).duplicate()).isTrue();
            return client.metrics();
        }
    }

    @Test
    void whatWasUnansweredIsSentAgainWithTheSameIdsWhenTheConnectionBreaks() throws Exception {
        ClientMetrics metrics = survives((side, batch) -> side.close());
        assertThat(metrics).isEqualTo(new ClientMetrics(10, 10, 10, 0, 0, 0, 0, 1));
    }

    @Test
    void onlyWhatWasUnansweredIsSentAgain() throws Exception {
        ClientMetrics metrics = survives((side, batch) -> {
            side.receipts(batch, false, 0, 1, 2, 3);
            side.close();
        });
        assertThat(metrics).isEqualTo(new ClientMetrics(10, 6, 10, 0, 0, 0, 0, 1));
    }

    @Test
    void aServerThatDiesInTheMiddleOfAFrameLosesNothing() throws Exception {
        ClientMetrics metrics = survives((side, batch) -> {
            byte[] receipts = side.encodeReceipts(batch, false, 0, 1, 2, 3);
            side.send(Arrays.copyOf(receipts, receipts.length - 20));
            side.close();
        });
        assertThat(metrics.resent()).isEqualTo(10);
    }

    @Test
    void aServerThatAnswersNothingIsLeftForANewConnection() throws Exception {
        ClientMetrics metrics = survives(Duration.ofMillis(700), (side, batch) -> side.ignoreAll());
        assertThat(metrics.lostConnections()).isEqualTo(1);
    }

    @Test
    void aFarewellOfTheServerEndsTheConnectionOnly() throws Exception {
        ClientMetrics metrics = survives((side, batch) -> {
            side.send(new Farewell(Refusal.of(RefusalReason.UNAVAILABLE, "stopping")).encode());
            side.ignoreAll();
        });
        assertThat(metrics.resent()).isEqualTo(10);
    }

    @Test
    void nonsenseFromTheServerIsAnsweredWithAFarewell() throws Exception {
        List<Refusal> farewells = new CopyOnWriteArrayList<>();
        survives((side, batch) -> {
            side.send(new byte[] {-1, -1, -1, 127, 0, 0, 0, 0, 0, 0, 0, 0});
            farewells.add(side.readFarewell());
        });
        assertThat(farewells)
                .singleElement()
                .satisfies(farewell -> assertThat(farewell.reason()).isEqualTo(RefusalReason.BODY_TOO_LARGE));
    }

    @Test
    void anAnswerToNoEventIsAProtocolError() throws Exception {
        List<Refusal> farewells = new CopyOnWriteArrayList<>();
        survives((side, batch) -> {
            side.receipts(new ServerSide.Batch(batch.correlationId() + 7, batch.tier(), batch.events()), false);
            farewells.add(side.readFarewell());
        });
        assertThat(farewells)
                .singleElement()
                .satisfies(farewell -> assertThat(farewell.detail()).contains("correlation id"));
    }

    @Test
    void aSecondAnswerToAnEventIsAProtocolError() throws Exception {
        List<Refusal> farewells = new CopyOnWriteArrayList<>();
        survives((side, batch) -> {
            side.receipts(batch, false, 0);
            side.receipts(batch, false, 0);
            farewells.add(side.readFarewell());
        });
        assertThat(farewells)
                .singleElement()
                .satisfies(farewell -> assertThat(farewell.reason()).isEqualTo(RefusalReason.MALFORMED));
    }

    @Test
    void aReceiptWithTheIdOfAnotherEventIsNotBelieved() throws Exception {
        List<Refusal> farewells = new CopyOnWriteArrayList<>();
        survives((side, batch) -> {
            List<io.evident.event.AuditEvent> others = batch.events().stream()
                    .map(event -> event.withId(UUID.randomUUID()))
                    .toList();
            side.receipts(new ServerSide.Batch(batch.correlationId(), batch.tier(), others), false, 0);
            farewells.add(side.readFarewell());
        });
        assertThat(farewells)
                .singleElement()
                .satisfies(farewell -> assertThat(farewell.detail()).contains("another event"));
    }

    @Test
    void eventsWaitForAServerThatComesLater() throws Exception {
        CountDownLatch ready = new CountDownLatch(1);
        try (ScriptedServer server = new ScriptedServer(ServerSide::close, side -> {
                    ready.await();
                    ServerSide.acceptAll(side);
                });
                AuditClient client = server.client().open()) {
            CompletionStage<Receipt> stage = client.send(Events.event(1));
            Awaitility.await().until(() -> server.connections() == 2);
            assertThat(client.lastProblem()).isPresent();
            ready.countDown();
            assertThat(Events.receipt(stage)).isNotNull();
        }
    }

    @Test
    void anEventWithoutAnAnswerByItsDeadlineHasAnUnknownOutcomeAndItsLateAnswerDoesNoHarm() throws Exception {
        CompletableFuture<Void> givenUp = new CompletableFuture<>();
        try (ScriptedServer server = new ScriptedServer(side -> {
                    side.greet(ScriptedServer.WELCOME);
                    ServerSide.Batch late = side.readBatch();
                    givenUp.join();
                    side.receipts(late, false);
                    side.answerAll(false);
                });
                AuditClient client =
                        server.client().eventDeadline(Duration.ofMillis(150)).connect()) {
            UUID id = UUID.randomUUID();
            OutcomeUnknownException unknown =
                    Events.problem(client.send(Events.event(1).withId(id)), OutcomeUnknownException.class);
            assertThat(unknown.id()).isEqualTo(id);
            assertThat(client.metrics().unknown()).isEqualTo(1);
            assertThat(client.metrics().queued()).isZero();
            givenUp.complete(null);
            assertThat(Events.receipt(client.send(Events.event(2)))).isNotNull();
            assertThat(client.metrics().lostConnections()).isZero();
        }
    }

    @Test
    void anEventThatFoundNoConnectionByItsDeadlineWasNotSent() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ServerSide::close);
                AuditClient client =
                        server.client().eventDeadline(Duration.ofMillis(100)).open()) {
            NotSentException notSent = Events.problem(client.send(Events.event(1)), NotSentException.class);
            assertThat(notSent).hasCauseInstanceOf(IOException.class);
            assertThat(client.metrics().notSent()).isEqualTo(1);
        }
    }

    @Test
    void anEventThatWaitsForItsRetryWhenTheClientClosesEndsWithItsRefusal() throws Exception {
        try (ScriptedServer server = new ScriptedServer(side -> {
            side.greet(ScriptedServer.WELCOME);
            side.refuse(side.readBatch(), 0, Refusal.of(RefusalReason.DISK_FULL, "no room"), 10_000);
            side.receipts(side.readBatch(), false);
            side.ignoreAll();
        })) {
            AuditClient client = server.client().connect();
            CompletionStage<Receipt> refused = client.send(Events.event(1));
            Awaitility.await().until(() -> client.metrics().sent() == 1);
            // Its receipt comes after the refusal, so the refusal has been read.
            Events.receipt(client.send(Events.event(2)));
            client.close(Duration.ZERO);
            assertThat(Events.problem(refused, RefusedException.class).refusal().reason())
                    .isEqualTo(RefusalReason.DISK_FULL);
        }
    }

    /** An event that was sent over a lost connection, and that the server of the next one refuses. */
    private static SendException refusedAfterALostConnection(RefusalReason reason) throws Exception {
        ScriptedServer.Script lost = side -> {
            side.greet(ScriptedServer.WELCOME);
            side.readBatch();
        };
        return refused(lost, side -> {
            side.greet(ScriptedServer.WELCOME);
            refuse(side, reason);
            side.ignoreAll();
        });
    }

    private static SendException refused(ScriptedServer.Script... scripts) throws Exception {
        try (ScriptedServer server = new ScriptedServer(scripts);
                AuditClient client =
                        server.client().retryDeadline(Duration.ofMillis(500)).open()) {
            return Events.problem(client.send(Events.event(0)), SendException.class);
        }
    }

    private static void refuse(ServerSide side, RefusalReason reason) throws IOException {
        side.refuse(side.readBatch(), 0, Refusal.of(reason, "as the script says"), 1_000);
    }

    @Test
    void contract1_aRefusalForWantOfRoomLeavesTheOutcomeOfAnEarlierSendingUnknown() throws Exception {
        assertThat(refusedAfterALostConnection(RefusalReason.LANE_FULL))
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("lane-full");
    }

    @Test
    void contract1_aFailedShardLeavesTheOutcomeOfItsDoubtfulWriteUnknown() throws Exception {
        assertThat(refused(side -> {
                    side.greet(ScriptedServer.WELCOME);
                    side.refuse(side.readBatch(), 0, Refusal.of(RefusalReason.OUTCOME_UNKNOWN, "half-written"), 1);
                    refuse(side, RefusalReason.UNAVAILABLE);
                    side.ignoreAll();
                }))
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("unavailable");
    }

    @Test
    void aRefusalForTheEventsOwnSakeIsTrueOfAnEarlierSendingToo() throws Exception {
        assertThat(refusedAfterALostConnection(RefusalReason.INVALID_VALUE)).isInstanceOf(RefusedException.class);
    }
}
