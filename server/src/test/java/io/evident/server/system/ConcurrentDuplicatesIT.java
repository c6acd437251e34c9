package io.evident.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import io.evident.server.json.JsonTree;
import io.evident.server.system.FrameClient.Answer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many senders send the same ids at the same time. */
class ConcurrentDuplicatesIT {
    private static final int SENDERS = 4;
    private static final int EVENTS = 600;
    private static final int BATCH = 30;
    private static final long SEED = 13;

    @TempDir
    private Path data;

    private final ExecutorService threads = Executors.newFixedThreadPool(SENDERS);
    private final CyclicBarrier together = new CyclicBarrier(SENDERS);

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
    }

    private static List<AuditEvent> events() {
        Random random = new Random(SEED);
        List<AuditEvent> events = new ArrayList<>();
        for (int i = 0; i < EVENTS; i++) {
            events.add(Load.event(random, "acme", i));
        }
        return events;
    }

    /** Sends in an order of its own, at tiers of all kinds, and returns the answer to each id. */
    private Map<UUID, Answer> send(int port, List<AuditEvent> events, int sender) throws Exception {
        List<AuditEvent> shuffled = new ArrayList<>(events);
        if (sender > 0) {
            Collections.shuffle(shuffled.subList(0, BATCH * (1 + sender)), new Random(sender));
        }
        Map<UUID, Answer> answers = new HashMap<>();
        try (FrameClient client = FrameClient.welcomed(port)) {
            for (int from = 0; from < EVENTS; from += BATCH) {
                together.await();
                List<AuditEvent> batch = shuffled.subList(from, from + BATCH);
                byte[][] binaries = batch.stream().map(FrameClient::binary).toArray(byte[][]::new);
                Tier tier = sender % 2 == 0 ? Tier.JOURNALED : Tier.SYNCED;
                client.exchange(tier, binaries)
                        .forEach(answer -> answers.put(batch.get(answer.index()).id(), answer));
            }
        }
        return answers;
    }

    private List<Map<UUID, Answer>> all(List<Callable<Map<UUID, Answer>>> senders) throws Exception {
        List<Map<UUID, Answer>> answers = new ArrayList<>();
        for (Future<Map<UUID, Answer>> future : threads.invokeAll(senders)) {
            answers.add(future.get());
        }
        return answers;
    }

    @Test
    void storesEachEventOnceAndGivesEverySenderTheOneIdentity() throws Exception {
        List<AuditEvent> events = events();
        try (LocalServer server = LocalServer.start(data)) {
            List<Callable<Map<UUID, Answer>>> senders = new ArrayList<>();
            for (int s = 0; s < SENDERS; s++) {
                int sender = s;
                senders.add(() -> send(server.tcpPort(), events, sender));
            }
            List<Map<UUID, Answer>> answers = all(senders);

            Map<UUID, JsonTree> stored = byId(server.http().all(""));
            assertThat(stored).hasSize(EVENTS);
            for (AuditEvent event : events) {
                assertThat(answers)
                        .allSatisfy(each -> assertThat(
                                        Facts.identity(each.get(event.id()).receipt()))
                                .isEqualTo(Facts.identity(stored.get(event.id()))));
                assertThat(answers.stream()
                                .filter(each -> !each.get(event.id()).receipt().duplicate()))
                        .as("senders that were the first with %s", event.id())
                        .hasSize(1);
            }
        }
    }

    @Test
    void takesOneOfTwoContentsAndRefusesTheOtherToEverySender() throws Exception {
        List<AuditEvent> events = events();
        Random other = new Random(SEED + 1);
        List<AuditEvent> others = events.stream()
                .map(event -> Load.event(other, "acme", 7).withId(event.id()))
                .toList();
        try (LocalServer server = LocalServer.start(data)) {
            List<Callable<Map<UUID, Answer>>> senders = new ArrayList<>();
            for (int s = 0; s < SENDERS; s++) {
                List<AuditEvent> mine = s % 2 == 0 ? events : others;
                senders.add(() -> send(server.tcpPort(), mine, 0));
            }
            List<Map<UUID, Answer>> answers = all(senders);

            Map<UUID, JsonTree> stored = byId(server.http().all(""));
            assertThat(stored).hasSize(EVENTS);
            for (int i = 0; i < EVENTS; i++) {
                UUID id = events.get(i).id();
                boolean firstWon = Facts.supplied(stored.get(id)).equals(Facts.supplied(events.get(i)));
                AuditEvent winner = firstWon ? events.get(i) : others.get(i);
                assertThat(Facts.supplied(stored.get(id))).isEqualTo(Facts.supplied(winner));
                for (int s = 0; s < SENDERS; s++) {
                    Answer answer = answers.get(s).get(id);
                    if ((s % 2 == 0) == firstWon) {
                        assertThat(Facts.identity(answer.receipt())).isEqualTo(Facts.identity(stored.get(id)));
                    } else {
                        assertThat(answer.refusal().reason()).isEqualTo(RefusalReason.ID_CONFLICT);
                    }
                }
            }
        }
    }

    private static Map<UUID, JsonTree> byId(List<JsonTree> events) {
        return events.stream().collect(Collectors.toMap(event -> UUID.fromString(event.text("id")), event -> event));
    }
}
