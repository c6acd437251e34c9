package io.evident.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.Receipt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Events that gather before they are written. */
class LingerTest {
    private static final Duration LINGER = Duration.ofMillis(400);

    private record Arrival(int events, long atNs) {}

    private final List<Arrival> arrivals = new CopyOnWriteArrayList<>();

    private void answer(ServerSide side) throws Exception {
        side.greet(ScriptedServer.WELCOME);
        while (true) {
            ServerSide.Batch batch = side.readBatch();
            arrivals.add(new Arrival(batch.events().size(), System.nanoTime()));
            side.receipts(batch, false);
        }
    }

    @Test
    void whatComesAfterAWriteGoesOutLaterAndTogether() throws Exception {
        try (ScriptedServer server = new ScriptedServer(this::answer);
                AuditClient client = server.client().linger(LINGER).connect()) {
            List<CompletionStage<Receipt>> stages = new ArrayList<>();
            stages.add(client.send(Events.event(0)));
            Awaitility.await().until(() -> arrivals.size() == 1);
            stages.addAll(Events.send(client, 9));
            for (CompletionStage<Receipt> stage : stages) {
                Events.receipt(stage);
            }
            assertThat(arrivals.get(0).events()).isEqualTo(1);
            assertThat(arrivals.stream().mapToInt(Arrival::events).sum()).isEqualTo(10);
            for (int i = 1; i < arrivals.size(); i++) {
                assertThat(Duration.ofNanos(
                                arrivals.get(i).atNs() - arrivals.get(i - 1).atNs()))
                        .as("between two writes")
                        .isGreaterThan(LINGER.dividedBy(2));
            }
        }
    }

    @Test
    void nothingGathersWhileHalfOfWhatMayBePendingIs() throws Exception {
        int events = 100;
        try (ScriptedServer server = new ScriptedServer(this::answer);
                AuditClient client = server.client()
                        .linger(Duration.ofSeconds(1))
                        .maxPendingEvents(2)
                        .waitWhenFull(Duration.ofSeconds(20))
                        .connect()) {
            long began = System.nanoTime();
            for (CompletionStage<Receipt> stage : Events.send(client, events)) {
                Events.receipt(stage);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(events / 2));
        }
    }

    @Test
    void whoTakesHalfOfWhatMayBePendingEndsTheGathering() throws Exception {
        int rounds = 20;
        try (ScriptedServer server = new ScriptedServer(this::answer);
                AuditClient client = server.client()
                        .linger(Duration.ofSeconds(1))
                        .maxPendingEvents(6)
                        .connect()) {
            long began = System.nanoTime();
            for (int round = 0; round < rounds; round++) {
                for (CompletionStage<Receipt> stage : Events.send(client, 3)) {
                    Events.receipt(stage);
                }
            }
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(rounds / 2));
        }
    }

    @Test
    void closingWritesWhatGathers() throws Exception {
        try (ScriptedServer server = new ScriptedServer(this::answer)) {
            AuditClient client = server.client().linger(LINGER).connect();
            CompletionStage<Receipt> first = client.send(Events.event(0));
            Awaitility.await().until(() -> arrivals.size() == 1);
            CompletionStage<Receipt> second = client.send(Events.event(1));
            client.close();

            assertThat(Events.receipt(first)).isNotNull();
            assertThat(Events.receipt(second)).isNotNull();
        }
    }
}
