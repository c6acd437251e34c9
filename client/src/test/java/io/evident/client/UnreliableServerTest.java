package io.evident.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.Receipt;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.wire.FrameLayout;
import io.evident.event.wire.Welcome;
import io.evident.event.wire.Window;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server that does everything that servers under stress do, by a seed; it keeps what it stores, by id. */
class UnreliableServerTest {
    private static final int EVENTS = 3_000;

    /** What the server has stored, and how often it stored it anew: more than once would be a duplicate. */
    private static final class Store {
        private final Set<UUID> ids = new HashSet<>();
        private int storings;

        private synchronized boolean isDuplicate(UUID id) {
            if (!ids.add(id)) {
                return true;
            }
            storings++;
            return false;
        }
    }

    @ParameterizedTest(name = "seed {0}, linger {1} ms")
    @CsvSource({"1,0", "2,0", "3,0", "4,0", "1,2", "2,20"})
    void everyEventIsStoredOnceAndGetsItsReceipt(long seed, int lingerMs) throws Exception {
        Random random = new Random(seed);
        Store store = new Store();
        try (ScriptedServer server = new ScriptedServer(side -> serve(side, store, random));
                AuditClient client =
                        server.client().linger(Duration.ofMillis(lingerMs)).open()) {
            List<UUID> ids = new ArrayList<>();
            List<CompletionStage<Receipt>> stages = new ArrayList<>();
            for (int i = 0; i < EVENTS; i++) {
                ids.add(UUID.randomUUID());
                stages.add(client.send(Events.event(i).withId(ids.get(i))));
            }
            for (int i = 0; i < EVENTS; i++) {
                assertThat(Events.receipt(stages.get(i)).id()).isEqualTo(ids.get(i));
            }
            assertThat(store.ids).containsExactlyInAnyOrderElementsOf(ids);
            assertThat(store.storings).isEqualTo(EVENTS);
            ClientMetrics metrics = client.metrics();
            assertThat(metrics.acknowledged()).isEqualTo(EVENTS);
            assertThat(metrics.sent()).isEqualTo(EVENTS);
            assertThat(metrics.queued()).isZero();
        }
    }

    /** Connections come one after the other, so one source of chance serves them all. */
    private static void serve(ServerSide side, Store store, Random random) throws IOException {
        int maxBatchEvents = 1 + random.nextInt(50);
        side.greet(new Welcome(1, FrameLayout.DEFAULT_MAX_FRAME_BYTES, maxBatchEvents, maxBatchEvents, "unreliable"));
        while (true) {
            ServerSide.Batch batch = side.readBatch();
            if (random.nextInt(20) == 0) {
                side.send(new Window(1 + random.nextInt(200)).encode());
            }
            List<Integer> order = new ArrayList<>();
            for (int i = 0; i < batch.events().size(); i++) {
                order.add(i);
            }
            Collections.shuffle(order, random);
            for (int index : order) {
                if (random.nextInt(200) == 0) {
                    return;
                }
                answer(side, batch, index, store, random);
            }
        }
    }

    private static void answer(ServerSide side, ServerSide.Batch batch, int index, Store store, Random random)
            throws IOException {
        if (random.nextInt(40) == 0) {
            side.refuse(batch, index, Refusal.of(RefusalReason.LANE_FULL, "full"), random.nextInt(3));
            return;
        }
        boolean duplicate = store.isDuplicate(batch.ids().get(index));
        byte[] receipt = side.encodeReceipts(batch, duplicate, index);
        if (random.nextInt(300) == 0) {
            // Stored, but the answer never arrives whole.
            side.send(Arrays.copyOf(receipt, random.nextInt(receipt.length)));
            throw new IOException("dies in the middle of a frame");
        }
        side.send(receipt);
    }
}
