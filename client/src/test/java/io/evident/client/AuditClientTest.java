package io.evident.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.event.AuditEvent;
import io.evident.event.Receipt;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import io.evident.event.wire.Farewell;
import io.evident.event.wire.FrameLayout;
import io.evident.event.wire.Hello;
import io.evident.event.wire.Welcome;
import io.evident.event.wire.Window;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What goes over the wire while the connection holds. */
class AuditClientTest {
    private static Welcome welcome(int maxBatchEvents, int window) {
        return new Welcome(1, FrameLayout.DEFAULT_MAX_FRAME_BYTES, maxBatchEvents, window, "scripted");
    }

    @Test
    void anEventGetsTheReceiptOfItsTier() throws Exception {
        CompletableFuture<Hello> hello = new CompletableFuture<>();
        CompletableFuture<ServerSide.Batch> seen = new CompletableFuture<>();
        try (ScriptedServer server = new ScriptedServer(side -> {
                    hello.complete(side.greet(ScriptedServer.WELCOME));
                    ServerSide.Batch batch = side.readBatch();
                    seen.complete(batch);
                    side.receipts(batch, false);
                    side.ignoreAll();
                });
                AuditClient client = server.client()
                        .tier(Tier.JOURNALED)
                        .token("secret")
                        .clientName("till-3")
                        .connect()) {
            AuditEvent event = Events.event(1);
            Receipt receipt = Events.receipt(client.send(event));

            assertThat(receipt.tier()).isEqualTo(Tier.JOURNALED);
            assertThat(receipt.shard()).isEqualTo(3);
            assertThat(receipt.id().version()).isEqualTo(7);
            assertThat(seen.get().events()).containsExactly(event.withId(receipt.id()));
            assertThat(hello.get()).isEqualTo(new Hello(1, "secret", "till-3"));
            assertThat(client.metrics()).isEqualTo(new ClientMetrics(1, 0, 1, 0, 0, 0, 0, 0));
            assertThat(client.lastProblem()).isEmpty();
        }
    }

    @Test
    void anIdOfTheSenderIsKeptAndOneOfZerosIsRefused() throws Exception {
        UUID id = UUID.randomUUID();
        try (ScriptedServer server = new ScriptedServer(ServerSide::acceptAll);
                AuditClient client = server.client().connect()) {
            assertThat(Events.receipt(client.send(Events.event(1).withId(id))).id())
                    .isEqualTo(id);
            RefusedException refused =
                    Events.problem(client.send(Events.event(1).withId(new UUID(0, 0))), RefusedException.class);
            assertThat(refused.refusal().reason()).isEqualTo(RefusalReason.INVALID_ID);
        }
    }

    @Test
    void whatIsQueuedGoesOutInFullBatchesAndInOrder() throws Exception {
        CountDownLatch queued = new CountDownLatch(1);
        List<Integer> sizes = new CopyOnWriteArrayList<>();
        List<String> order = new CopyOnWriteArrayList<>();
        try (ScriptedServer server = new ScriptedServer(side -> {
                    queued.await();
                    side.greet(welcome(1_000, 100_000));
                    while (true) {
                        ServerSide.Batch batch = side.readBatch();
                        sizes.add(batch.events().size());
                        batch.events().forEach(event -> order.add(event.resourceId()));
                        side.receipts(batch, false);
                    }
                });
                AuditClient client = server.client().open()) {
            List<CompletionStage<Receipt>> stages = Events.send(client, 2_500);
            queued.countDown();
            for (CompletionStage<Receipt> stage : stages) {
                Events.receipt(stage);
            }
            // A frame also ends where the outgoing buffer does.
            assertThat(sizes).allMatch(size -> size <= 1_000).hasSizeLessThan(6);
            assertThat(order).hasSize(2_500);
            for (int i = 0; i < order.size(); i++) {
                assertThat(order.get(i)).isEqualTo("doc-" + i);
            }
        }
    }

    @Test
    void noMoreEventsThanTheWindowAreUnansweredAlsoWhenItShrinks() throws Exception {
        List<Integer> unanswered = new CopyOnWriteArrayList<>();
        try (ScriptedServer server = new ScriptedServer(side -> {
                    side.greet(welcome(4, 10));
                    fillWindow(side, 10, unanswered);
                    side.send(new Window(3).encode());
                    answerHeld(side);
                    while (true) {
                        fillWindow(side, 3, unanswered);
                        answerHeld(side);
                    }
                });
                AuditClient client = server.client().connect()) {
            // 10 and then 30 times 3: the script waits for each window to be full.
            List<CompletionStage<Receipt>> stages = Events.send(client, 10 + 30 * 3);
            for (CompletionStage<Receipt> stage : stages) {
                Events.receipt(stage);
            }
            assertThat(Collections.max(unanswered.subList(0, 1))).isEqualTo(10);
            assertThat(unanswered.subList(1, unanswered.size())).hasSize(30).containsOnly(3);
        }
    }

    private final List<ServerSide.Batch> held = new ArrayList<>();

    private void fillWindow(ServerSide side, int window, List<Integer> unanswered) throws IOException {
        int count = 0;
        while (count < window) {
            ServerSide.Batch batch = side.readBatch();
            held.add(batch);
            count += batch.events().size();
        }
        unanswered.add(count);
    }

    private void answerHeld(ServerSide side) throws IOException {
        for (ServerSide.Batch batch : held) {
            side.receipts(batch, false);
        }
        held.clear();
    }

    @Test
    void answersMayComeInAnyOrderAndInAnyFrames() throws Exception {
        try (ScriptedServer server = new ScriptedServer(side -> {
                    side.greet(welcome(3, 6));
                    List<ServerSide.Batch> batches = new ArrayList<>();
                    int count = 0;
                    while (count < 6) {
                        ServerSide.Batch batch = side.readBatch();
                        batches.add(batch);
                        count += batch.events().size();
                    }
                    Collections.reverse(batches);
                    for (ServerSide.Batch batch : batches) {
                        for (int i = batch.events().size() - 1; i >= 0; i--) {
                            side.receipts(batch, false, i);
                        }
                    }
                    side.ignoreAll();
                });
                AuditClient client = server.client().connect()) {
            List<UUID> ids = new ArrayList<>();
            List<CompletionStage<Receipt>> stages = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                ids.add(UUID.randomUUID());
                stages.add(client.send(Events.event(i).withId(ids.get(i))));
            }
            for (int i = 0; i < 6; i++) {
                assertThat(Events.receipt(stages.get(i)).id()).isEqualTo(ids.get(i));
            }
        }
    }

    @Test
    void aRefusalThatMayPassIsRetriedWithTheSameId() throws Exception {
        List<UUID> ids = new CopyOnWriteArrayList<>();
        try (ScriptedServer server = new ScriptedServer(side -> {
                    side.greet(ScriptedServer.WELCOME);
                    for (int attempt = 0; attempt < 3; attempt++) {
                        ServerSide.Batch batch = side.readBatch();
                        ids.addAll(batch.ids());
                        side.refuse(batch, 0, Refusal.of(RefusalReason.LANE_FULL, "full"), attempt);
                    }
                    ServerSide.Batch batch = side.readBatch();
                    ids.addAll(batch.ids());
                    side.receipts(batch, false);
                    side.ignoreAll();
                });
                AuditClient client = server.client().connect()) {
            Receipt receipt = Events.receipt(client.send(Events.event(1)));
            assertThat(ids).hasSize(4).containsOnly(receipt.id());
            assertThat(client.metrics().resent()).isEqualTo(3);
            assertThat(client.metrics().refused()).isZero();
        }
    }

    @Test
    void aRetryWaitsAsLongAsTheServerAsks() throws Exception {
        CompletableFuture<Long> refusedNs = new CompletableFuture<>();
        CompletableFuture<Long> retriedNs = new CompletableFuture<>();
        try (ScriptedServer server = new ScriptedServer(side -> {
                    side.greet(ScriptedServer.WELCOME);
                    ServerSide.Batch batch = side.readBatch();
                    refusedNs.complete(System.nanoTime());
                    side.refuse(batch, 0, Refusal.of(RefusalReason.RATE_LIMITED, "slowly"), 300);
                    batch = side.readBatch();
                    retriedNs.complete(System.nanoTime());
                    side.receipts(batch, false);
                    side.ignoreAll();
                });
                AuditClient client = server.client().connect()) {
            Events.receipt(client.send(Events.event(1)));
            assertThat(Duration.ofNanos(retriedNs.get() - refusedNs.get())).isGreaterThan(Duration.ofMillis(299));
        }
    }

    @Test
    void aRefusalThatDoesNotPassByTheRetryDeadlineEndsTheEvent() throws Exception {
        try (ScriptedServer server = new ScriptedServer(side -> {
                    side.greet(ScriptedServer.WELCOME);
                    while (true) {
                        side.refuse(side.readBatch(), 0, Refusal.of(RefusalReason.LANE_FULL, "full"), 0);
                    }
                });
                AuditClient client =
                        server.client().retryDeadline(Duration.ofMillis(100)).connect()) {
            RefusedException refused = Events.problem(client.send(Events.event(1)), RefusedException.class);
            assertThat(refused.refusal().reason()).isEqualTo(RefusalReason.LANE_FULL);
            assertThat(client.metrics().resent()).isPositive();
            assertThat(client.metrics().refused()).isEqualTo(1);
            assertThat(client.metrics().queued()).isZero();
        }
    }

    @Test
    void aRefusalThatIsTheSendersFaultEndsTheEventAtOnce() throws Exception {
        Refusal refusal = new Refusal(RefusalReason.FORBIDDEN, "tenant", "not yours");
        UUID id = UUID.randomUUID();
        try (ScriptedServer server = new ScriptedServer(side -> {
                    side.greet(ScriptedServer.WELCOME);
                    side.refuse(side.readBatch(), 0, refusal, 0);
                    side.answerAll(false);
                });
                AuditClient client = server.client().connect()) {
            RefusedException refused =
                    Events.problem(client.send(Events.event(1).withId(id)), RefusedException.class);
            assertThat(refused.refusal()).isEqualTo(refusal);
            assertThat(refused.id()).isEqualTo(id);
            assertThat(refused).hasMessageContaining("tenant not yours");
            assertThat(Events.receipt(client.send(Events.event(2)))).isNotNull();
        }
    }

    @Test
    void anEventThatIsTooLargeNeverLeaves() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ServerSide::acceptAll);
                AuditClient client = server.client().connect()) {
            AuditEvent event = AuditEvent.builder("acme", "u", "a".repeat(257))
                    .resource("t", "r")
                    .build();
            RefusedException refused = Events.problem(client.send(event), RefusedException.class);
            assertThat(refused.refusal().field()).isEqualTo("action");
            assertThat(client.metrics().sent()).isZero();
            assertThat(client.metrics().queued()).isZero();
        }
    }

    @Test
    void connectingFailsWhereNobodyListens() throws Exception {
        int port;
        try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = unused.getLocalPort();
        }
        assertThatThrownBy(() -> AuditClient.connect("127.0.0.1", port))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("127.0.0.1:" + port);
    }

    @Test
    void connectingFailsWhenTheServerRefusesTheToken() throws Exception {
        try (ScriptedServer server = new ScriptedServer(side -> {
            side.readHello();
            side.send(new Farewell(Refusal.of(RefusalReason.UNAUTHENTICATED, "unknown token")).encode());
            side.ignoreAll();
        })) {
            assertThatThrownBy(() -> server.client().connect())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("unauthenticated")
                    .hasMessageContaining("unknown token");
        }
    }

    @Test
    void connectingFailsWhenNoWelcomeComes() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ServerSide::ignoreAll)) {
            assertThatThrownBy(() -> server.client()
                            .connectTimeout(Duration.ofMillis(100))
                            .connect())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no welcome");
        }
    }
}
