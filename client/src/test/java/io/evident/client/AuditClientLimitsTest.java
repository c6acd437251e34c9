package io.evident.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.event.Receipt;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Bounded memory, and how a client ends. */
class AuditClientLimitsTest {
    /** Reads without answering until it is let go on, then answers everything. */
    private static ScriptedServer.Script heldBack(CountDownLatch goOn) {
        return side -> {
            side.greet(ScriptedServer.WELCOME);
            goOn.await();
            side.answerAll(false);
        };
    }

    @Test
    void asManyEventsAsAllowedAreTakenAndNotOneMoreUntilThereIsRoom() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        try (ScriptedServer server = new ScriptedServer(heldBack(goOn));
                AuditClient client = server.client().maxPendingEvents(5).connect()) {
            List<CompletionStage<Receipt>> taken = Events.send(client, 5);
            QueueFullException full = Events.problem(client.send(Events.event(6)), QueueFullException.class);
            assertThat(full.id()).isNotNull();
            assertThat(client.metrics().queued()).isEqualTo(5);
            goOn.countDown();
            for (CompletionStage<Receipt> stage : taken) {
                Events.receipt(stage);
            }
            assertThat(Events.receipt(client.send(Events.event(6)))).isNotNull();
        }
    }

    @Test
    void asManyBytesAsAllowedAreTakenAndNotOneMore() throws Exception {
        int size = encodedBytes();
        CountDownLatch goOn = new CountDownLatch(1);
        try (ScriptedServer server = new ScriptedServer(heldBack(goOn));
                AuditClient exact = server.client().maxPendingBytes(2L * size).connect();
                AuditClient lessOne =
                        server.client().maxPendingBytes(2L * size - 1).connect()) {
            CompletionStage<Receipt> first = exact.send(Events.event(1));
            CompletionStage<Receipt> second = exact.send(Events.event(2));
            Events.problem(exact.send(Events.event(3)), QueueFullException.class);
            CompletionStage<Receipt> only = lessOne.send(Events.event(1));
            Events.problem(lessOne.send(Events.event(2)), QueueFullException.class);
            goOn.countDown();
            Events.receipt(first);
            Events.receipt(second);
            Events.receipt(only);
        }
    }

    private static int encodedBytes() {
        io.evident.event.EventEncoder encoder = new io.evident.event.EventEncoder();
        assertThat(Events.event(1).encodeInto(encoder)).isNull();
        return encoder.encodedLength();
    }

    @Test
    void aSenderThatAsksToWaitGetsRoomWhenThereIsSome() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        try (ScriptedServer server = new ScriptedServer(heldBack(goOn));
                AuditClient client = server.client()
                        .maxPendingEvents(1)
                        .waitWhenFull(Duration.ofSeconds(20))
                        .connect()) {
            CompletionStage<Receipt> first = client.send(Events.event(1));
            CompletableFuture<Receipt> second = CompletableFuture.supplyAsync(() -> client.send(Events.event(2)))
                    .thenCompose(stage -> stage);
            goOn.countDown();
            Events.receipt(first);
            Events.receipt(second);
        }
    }

    @Test
    void aSenderWaitsNoLongerThanItAskedAndTheClientsOwnThreadNever() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        try (ScriptedServer server = new ScriptedServer(heldBack(goOn));
                AuditClient client = server.client()
                        .maxPendingEvents(1)
                        .waitWhenFull(Duration.ofMillis(50))
                        .connect()) {
            CompletionStage<Receipt> first = client.send(Events.event(1));
            Events.problem(client.send(Events.event(2)), QueueFullException.class);
            // From the client's own thread: the first has the room that the receipt made, the second would wait for
            // itself.
            CompletionStage<List<CompletionStage<Receipt>>> more =
                    first.thenApply(receipt -> List.of(client.send(Events.event(3)), client.send(Events.event(4))));
            goOn.countDown();
            List<CompletionStage<Receipt>> stages = more.toCompletableFuture().get(20, TimeUnit.SECONDS);
            assertThat(Events.receipt(stages.get(0))).isNotNull();
            Events.problem(stages.get(1), QueueFullException.class);
        }
    }

    @Test
    void closingWaitsForTheAnswers() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ServerSide::acceptAll)) {
            AuditClient client = server.client().open();
            List<CompletionStage<Receipt>> stages = Events.send(client, 5_000);
            client.close();
            assertThat(stages)
                    .allMatch(stage -> stage.toCompletableFuture().isDone()
                            && !stage.toCompletableFuture().isCompletedExceptionally());
            assertThat(client.metrics().acknowledged()).isEqualTo(5_000);
            client.close();
        }
    }

    @Test
    void closingWithoutPatienceSaysWhatIsKnown() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (ScriptedServer server = new ScriptedServer(heldBack(never))) {
            AuditClient client = server.client().connect();
            CompletionStage<Receipt> written = client.send(Events.event(1));
            Awaitility.await().until(() -> client.metrics().sent() == 1);
            client.close(Duration.ZERO);
            assertThat(written.toCompletableFuture()).isDone();
            Events.problem(written, OutcomeUnknownException.class);
            Events.problem(client.send(Events.event(2)), ClientClosedException.class);
        }
    }

    @Test
    void anInterruptEndsTheWaitingOfClose() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (ScriptedServer server = new ScriptedServer(heldBack(never))) {
            AuditClient client = server.client().connect();
            CompletionStage<Receipt> stage = client.send(Events.event(1));
            Thread.currentThread().interrupt();
            client.close();
            assertThat(Thread.interrupted()).isTrue();
            assertThat(stage.toCompletableFuture()).isCompletedExceptionally();
        }
    }

    @Test
    void aStageMayCloseItsClient() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ServerSide::acceptAll)) {
            AuditClient client = server.client().connect();
            CompletionStage<Void> closed = client.send(Events.event(1)).thenAccept(receipt -> client.close());
            closed.toCompletableFuture().get(20, TimeUnit.SECONDS);
            client.close();
            Events.problem(client.send(Events.event(2)), ClientClosedException.class);
        }
    }

    @Test
    void noThreadOutlivesTheClient() throws Exception {
        String prefix = "evident-client-";
        try (ScriptedServer server = new ScriptedServer(ServerSide::acceptAll)) {
            try (AuditClient client = server.client().connect()) {
                Events.receipt(client.send(Events.event(1)));
            }
            String ours = prefix + "127.0.0.1:" + server.port();
            assertThat(Thread.getAllStackTraces().keySet())
                    .noneMatch(thread -> thread.getName().equals(ours));
        }
    }

    @Test
    void sendersOnManyThreadsKeepEachItsOrder() throws Exception {
        int threads = 4;
        int each = 2_000;
        List<String> order = new ArrayList<>();
        try (ScriptedServer server = new ScriptedServer(side -> {
                    side.greet(ScriptedServer.WELCOME);
                    while (true) {
                        ServerSide.Batch batch = side.readBatch();
                        batch.events().forEach(event -> order.add(event.resourceId()));
                        side.receipts(batch, false);
                    }
                });
                AuditClient client = server.client().connect()) {
            List<CompletableFuture<Void>> senders = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int first = t * each;
                senders.add(CompletableFuture.runAsync(() -> sendAll(client, first, each)));
            }
            for (CompletableFuture<Void> sender : senders) {
                sender.get(20, TimeUnit.SECONDS);
            }
        }
        assertThat(order).hasSize(threads * each);
        int[] last = {-1, -1, -1, -1};
        for (String resourceId : order) {
            int number = Integer.parseInt(resourceId.substring("doc-".length()));
            int thread = number / each;
            assertThat(number).isGreaterThan(last[thread]);
            last[thread] = number;
        }
    }

    private static void sendAll(AuditClient client, int first, int count) {
        List<CompletableFuture<Receipt>> stages = new ArrayList<>();
        for (int i = first; i < first + count; i++) {
            stages.add(client.send(Events.event(i)).toCompletableFuture());
        }
        stages.forEach(CompletableFuture::join);
    }

    @Test
    void settingsOutOfRangeAreRefusedAtOnce() {
        AuditClientBuilder builder = AuditClient.builder();
        assertThatThrownBy(() -> builder.address("h", 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.maxPendingEvents(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.maxPendingBytes(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.eventDeadline(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.waitWhenFull(Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.linger(Duration.ofMillis(-1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.linger(Duration.ofMillis(1_001))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.linger(Duration.ofMillis(501))
                        .eventDeadline(Duration.ofSeconds(1))
                        .open())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("linger");
        assertThatThrownBy(() -> builder.reconnectBackoff(Duration.ofMillis(2), Duration.ofMillis(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.token("t".repeat(5_000))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aHostThatDoesNotExistIsNamed() {
        assertThatThrownBy(() -> AuditClient.connect("host.invalid", 8481))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("host.invalid");
    }
}
