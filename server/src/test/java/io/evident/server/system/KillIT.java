package io.evident.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.client.AuditClient;
import io.evident.event.AuditEvent;
import io.evident.event.Receipt;
import io.evident.event.Tier;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the server while clients send, again and again on the same data. Longer runs:
 * {@code -Devident.kill.rounds=100 -Devident.kill.seed=7}.
 */
class KillIT {
    private static final int ROUNDS = Integer.getInteger("evident.kill.rounds", 4);
    private static final long SEED = Long.getLong("evident.kill.seed", 20_261_122L);
    private static final int LONGEST_START_MS = 1_500;
    private static final int LONGEST_ROUND_MS = 500;

    @TempDir
    private Path data;

    private final Ledger ledger = new Ledger();

    @Test
    void contract2_losesNothingAcknowledgedWhenKilledUnderLoad() throws Exception {
        Random random = new Random(SEED);
        for (int round = 0; round < ROUNDS; round++) {
            try (ServerProcess server = ServerProcess.start(data)) {
                checkEverything(server, round);
                loadAndKill(server, random, round);
            }
        }
        try (ServerProcess server = ServerProcess.start(data)) {
            checkEverything(server, ROUNDS);
            settleWhatHasNoReceipt(server);
            checkEverything(server, ROUNDS);
            assertThat(ledger.unanswered()).isEmpty();
            server.stopCleanly();
        }
        assertThat(ledger.receiptCount()).isGreaterThan(ROUNDS);
    }

    @Test
    void contract10_startsAfterItWasKilledWhileItStarted() throws Exception {
        Random random = new Random(SEED);
        for (int round = 0; round < ROUNDS; round++) {
            try (EvidentProcess starting = EvidentProcess.start(
                    "serve", "--data", data.toString(), "--http", "127.0.0.1:0", "--tcp", "127.0.0.1:0")) {
                LockSupport.parkNanos(random.nextInt(LONGEST_START_MS) * 1_000_000L);
                starting.kill();
            }
        }
        try (ServerProcess server = ServerProcess.start(data);
                Load load = new Load(server.tcpPort(), Tier.SYNCED, "after", SEED)) {
            Awaitility.await().until(() -> load.receiptCount() > 0);
            load.stop(Duration.ofSeconds(20));
            ledger.add(load);
            checkEverything(server, ROUNDS);
            assertThat(ledger.unanswered()).isEmpty();
            server.stopCleanly();
        }
    }

    private void loadAndKill(ServerProcess server, Random random, int round) throws Exception {
        try (Load journaled = new Load(server.tcpPort(), Tier.JOURNALED, "journaled-" + round, random.nextLong());
                Load synced = new Load(server.tcpPort(), Tier.SYNCED, "synced-" + round, random.nextLong())) {
            Awaitility.await().until(() -> journaled.receiptCount() > 0 && synced.receiptCount() > 0);
            LockSupport.parkNanos(random.nextInt(LONGEST_ROUND_MS) * 1_000_000L);
            server.kill();
            journaled.stop(Duration.ZERO);
            synced.stop(Duration.ZERO);
            ledger.add(journaled);
            ledger.add(synced);
        }
    }

    private void checkEverything(ServerProcess server, int round) throws Exception {
        ledger.check(server.http().all(""), "seed " + SEED + ", round " + round + ", " + server.evidence());
    }

    /** The sender's way out of an unknown outcome: to send again with the same id. */
    private void settleWhatHasNoReceipt(ServerProcess server) throws Exception {
        Map<UUID, CompletableFuture<Receipt>> answers = new HashMap<>();
        try (AuditClient client = AuditClient.builder()
                .address("127.0.0.1", server.tcpPort())
                .waitWhenFull(Duration.ofSeconds(10))
                .connect()) {
            for (AuditEvent event : ledger.unanswered()) {
                answers.put(event.id(), client.send(event).toCompletableFuture());
            }
        }
        answers.forEach((id, answer) -> ledger.receipt(id, answer.join()));
    }
}
