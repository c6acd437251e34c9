package io.evident.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.Receipt;
import io.evident.event.wire.FrameLayout;
import io.evident.event.wire.Welcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Events that gather before they are written. What would wait a second each time without a rule is done many times. */
class LingerTest {
    private static final Duration LONGEST = Duration.ofSeconds(1);
    private static final int TIMES = 20;
    private static final Duration MUCH_LESS = Duration.ofSeconds(TIMES / 2);

    private record Arrival(int events, long atNs) {}

    private final List<Arrival> arrivals = new CopyOnWriteArrayList<>();
    private final long beganNs = System.nanoTime();

    private ScriptedServer server(Welcome welcome) throws Exception {
        return new ScriptedServer(side -> {
            side.greet(welcome);
            while (true) {
                ServerSide.Batch batch = side.readBatch();
                arrivals.add(new Arrival(batch.events().size(), System.nanoTime()));
                side.receipts(batch, false);
            }
        });
    }

    private Duration took() {
        return Duration.ofNanos(System.nanoTime() - beganNs);
    }

    private static void awaitReceipts(List<CompletionStage<Receipt>> stages) throws Exception {
        for (CompletionStage<Receipt> stage : stages) {
            Events.receipt(stage);
        }
    }

    @Test
    void whatComesAfterAWriteGoesOutLaterAndTogether() throws Exception {
        try (ScriptedServer server = server(ScriptedServer.WELCOME);
                AuditClient client = server.client().linger(LONGEST).connect()) {
            long sentNs = System.nanoTime();
            List<CompletionStage<Receipt>> stages = new ArrayList<>(Events.send(client, 1));
            Awaitility.await().until(() -> arrivals.size() == 1);
            stages.addAll(Events.send(client, 9));
            awaitReceipts(stages);

            assertThat(arrivals.get(0).events()).isEqualTo(1);
            assertThat(arrivals.stream().mapToInt(Arrival::events).sum()).isEqualTo(10);
            assertThat(arrivals)
                    .as("all together, or in two when the sender stood still")
                    .hasSizeLessThanOrEqualTo(3);
            assertThat(Duration.ofNanos(arrivals.get(1).atNs() - sentNs))
                    .as("from before the first write until the second")
                    .isGreaterThan(LONGEST.multipliedBy(9).dividedBy(10));
        }
    }

    @Test
    void theFirstEventGoesOutAtOnceAndClosingWritesWhatGathers() throws Exception {
        try (ScriptedServer server = server(ScriptedServer.WELCOME)) {
            for (int i = 0; i < TIMES; i++) {
                AuditClient client = server.client().linger(LONGEST).connect();
                List<CompletionStage<Receipt>> stages = new ArrayList<>(Events.send(client, 1));
                int before = 2 * i;
                Awaitility.await().pollInterval(Duration.ofMillis(1)).until(() -> arrivals.size() > before);
                stages.addAll(Events.send(client, 1));
                client.close();
                awaitReceipts(stages);
            }
        }
        assertThat(took()).isLessThan(MUCH_LESS);
    }

    @Test
    void nothingGathersWhileHalfOfWhatMayBePendingIs() throws Exception {
        try (ScriptedServer server = server(ScriptedServer.WELCOME);
                AuditClient client = server.client()
                        .linger(LONGEST)
                        .maxPendingEvents(2)
                        .waitWhenFull(Duration.ofSeconds(20))
                        .connect()) {
            awaitReceipts(Events.send(client, 2 * TIMES));
        }
        assertThat(took()).isLessThan(MUCH_LESS);
    }

    @Test
    void whoTakesHalfOfWhatMayBePendingEndsTheGathering() throws Exception {
        try (ScriptedServer server = server(ScriptedServer.WELCOME);
                AuditClient client =
                        server.client().linger(LONGEST).maxPendingEvents(6).connect()) {
            for (int i = 0; i < TIMES; i++) {
                awaitReceipts(Events.send(client, 3));
            }
        }
        assertThat(took()).isLessThan(MUCH_LESS);
    }

    @Test
    void moreThanTheServerTakesAtOnceDoesNotGatherAgain() throws Exception {
        int window = 10;
        Welcome narrow = new Welcome(1, FrameLayout.DEFAULT_MAX_FRAME_BYTES, window, window, "narrow");
        try (ScriptedServer server = server(narrow);
                AuditClient client = server.client().linger(LONGEST).connect()) {
            awaitReceipts(Events.send(client, TIMES * window));
        }
        assertThat(took()).isLessThan(MUCH_LESS);
    }
}
