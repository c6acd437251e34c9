package io.evident.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.client.AuditClient;
import io.evident.event.AuditEvent;
import io.evident.event.Receipt;
import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import io.evident.server.json.JsonTree;
import io.evident.server.system.FrameClient.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More than fits: a server whose lanes hold a few events each. */
class OverloadIT {
    private static final int BATCH = 2_000;

    @TempDir
    private Path data;

    private final Random random = new Random(14);
    private LocalServer server;

    @BeforeEach
    void start() throws IOException {
        server = LocalServer.start(
                data, null, "lanes.criticalEvents=64", "lanes.elevatedEvents=64", "lanes.standardEvents=64");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private List<AuditEvent> events() {
        List<AuditEvent> events = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
            events.add(Load.event(random, "acme", i));
        }
        return events;
    }

    private Set<UUID> storedIds() throws IOException, InterruptedException {
        List<JsonTree> stored = server.http().all("");
        Set<UUID> ids =
                stored.stream().map(event -> UUID.fromString(event.text("id"))).collect(Collectors.toSet());
        assertThat(ids).hasSameSizeAs(stored);
        return ids;
    }

    @Test
    void contract7_refusesWhatHasNoRoomInItsLaneAndKeepsTheRest() throws Exception {
        Set<UUID> accepted = new HashSet<>();
        int refused = 0;
        try (FrameClient client = FrameClient.welcomed(server.tcpPort())) {
            for (int round = 0; round < 5; round++) {
                List<AuditEvent> events = events();
                byte[][] binaries = events.stream().map(FrameClient::binary).toArray(byte[][]::new);
                for (Answer answer : client.exchange(Tier.JOURNALED, binaries)) {
                    if (answer.receipt() != null) {
                        accepted.add(answer.receipt().id());
                    } else {
                        assertThat(answer.refusal().reason()).isEqualTo(RefusalReason.LANE_FULL);
                        refused++;
                    }
                }
            }
        }
        assertThat(refused).isPositive();
        assertThat(accepted).hasSize(5 * BATCH - refused);
        assertThat(storedIds()).isEqualTo(accepted);
        assertThat(server.http().get("/health/readiness").status()).isEqualTo(200);
    }

    @Test
    void takesEverythingFromAClientThatTriesAgain() throws Exception {
        List<CompletableFuture<Receipt>> answers = new ArrayList<>();
        Set<UUID> sent = new HashSet<>();
        try (AuditClient client = AuditClient.builder()
                .address("127.0.0.1", server.tcpPort())
                .tier(Tier.JOURNALED)
                .waitWhenFull(Duration.ofSeconds(30))
                .retryDeadline(Duration.ofSeconds(30))
                .connect()) {
            for (AuditEvent event : events()) {
                sent.add(event.id());
                answers.add(client.send(event).toCompletableFuture());
            }
        }
        assertThat(answers).allSatisfy(answer -> assertThat(answer).isCompleted());
        assertThat(storedIds()).isEqualTo(sent);
    }
}
