package io.evident.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.Outcome;
import io.evident.event.Severity;
import io.evident.server.json.JsonTree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ledger that a server writes into its own journal, and what {@code evident verify} makes of it. */
class LedgerIT {
    private static final String EACH_SECOND = "ledger.intervalSeconds=1";

    @TempDir
    private Path data;

    private static String events(int count, int tenants) {
        return IntStream.range(0, count)
                .mapToObj(i -> Facts.json(AuditEvent.builder("tenant-" + i % tenants, "user-" + i, "document.read")
                        .id(UUID.randomUUID())
                        .resource("document", "doc-" + i)
                        .outcome(Outcome.SUCCESS)
                        .severity(Severity.values()[i % 5])
                        .build()))
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static void send(HttpCaller http, int count, int tenants) throws IOException, InterruptedException {
        HttpCaller.Answer answer = http.post(events(count, tenants));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    }

    private static List<JsonTree> records(HttpCaller http) throws IOException, InterruptedException {
        return http.all("tenant=_system&action=ledger.recorded&order=asc");
    }

    private static long ledgerThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("ledger"))
                .count();
    }

    private Cli verify() {
        return Cli.run("verify", "--data", data.toString());
    }

    @Test
    void contract3_aStoppedServersLedgerCoversTheWholeRun() throws Exception {
        for (int run = 0; run < 2; run++) {
            try (LocalServer server = LocalServer.start(data, null, "ledger.intervalSeconds=3600")) {
                HttpCaller http = server.http();
                send(http, 500, 7);
                assertThat(http.post("[{}]").status()).isEqualTo(400);
                assertThat(http.post(events(1, 1).replace("tenant-0", "_system"))
                                .status())
                        .isEqualTo(403);
            }
        }

        Cli verified = verify();
        assertThat(verified.exitCode()).as(verified.out()).isZero();
        assertThat(verified.out()).contains("ledger: 2 events, the last record of 2 runs of a server compared: equal");
        assertThat(ledgerThreads()).isZero();
        try (LocalServer server = LocalServer.start(data)) {
            List<JsonTree> records = records(server.http());
            assertThat(records).hasSize(2);
            for (JsonTree each : records) {
                JsonTree record = each.at("attributes");
                assertThat(record.text("reason")).isEqualTo("stop");
                assertThat(record.at("through").elements()).hasSize(4);
                long received = 0;
                long stored = 0;
                for (JsonTree counter : record.at("counters").elements()) {
                    received += counter.at("received").number(0);
                    stored += counter.at("stored").number(0);
                    assertThat(counter.at("inFlight").number(-1)).isZero();
                }
                assertThat(stored).isEqualTo(500);
                assertThat(received).isEqualTo(502);
            }
        }
    }

    @Test
    void contract3_aKilledServersLedgerIsEqualAsFarAsItGoes() throws Exception {
        try (ServerProcess server = ServerProcess.start(data, "--set", EACH_SECOND)) {
            HttpCaller http = server.http();
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
                send(http, 50, 3);
                return records(http).size() >= 2;
            });
            JsonTree ledger = http.get("/health/detailed").json().at("ledger");
            assertThat(ledger.at("records").number(0)).isGreaterThanOrEqualTo(2);
            assertThat(ledger.at("failures").number(-1)).isZero();
            assertThat(ledger.at("ageMs").number(1_000_000)).isLessThan(60_000);
            assertThat(http.get("/metrics").text())
                    .contains("evident_ledger_age_seconds", "evident_ledger_records_total", "evident_ledger_failures");
            // Beside the server at work.
            Cli verified = verify();
            assertThat(verified.exitCode()).as(verified.out()).isZero();
        }
        Cli verified = verify();
        assertThat(verified.exitCode()).as(verified.out()).isZero();
        assertThat(verified.out()).contains("the last record of 1 run of a server compared: equal");
    }

    @Test
    void contract3_tellsTheTenantAndLaneOfWhichADamagedBlockHeldEvents() throws Exception {
        try (LocalServer server = LocalServer.start(data, null, "shards=1", EACH_SECOND)) {
            send(server.http(), 40, 1);
        }
        damageTheFirstBlock();

        Cli verified = verify();
        assertThat(verified.exitCode()).as(verified.out()).isEqualTo(1);
        assertThat(verified.out())
                .contains("compared: ")
                .containsPattern(
                        "[1-9] differences?(, the first)?: tenant tenant-0, lane (critical|elevated|standard): the"
                                + " ledger \\(shard 0, incarnation 1, sequence \\d+\\) counts \\d+ stored events, the journal has \\d+");
        JsonTree json = Cli.run("verify", "--data", data.toString(), "--json").json();
        assertThat(json.at("ledgerRuns").number(0)).isEqualTo(1);
        assertThat(json.at("ledgerDifferences").number(0)).isPositive();
    }

    private void damageTheFirstBlock() throws IOException {
        Path segment;
        try (Stream<Path> files = Files.walk(data.resolve("shard-00/segments"))) {
            segment = files.filter(file -> file.toString().endsWith(".cq4"))
                    .filter(file -> !file.getFileName().toString().startsWith("metadata"))
                    .findFirst()
                    .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(segment);
        byte[] text = "doc-0".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        for (int at = 0; at < bytes.length - text.length; at++) {
            if (java.util.Arrays.equals(bytes, at, at + text.length, text, 0, text.length)) {
                try (FileChannel file = FileChannel.open(segment, StandardOpenOption.WRITE)) {
                    file.write(ByteBuffer.wrap(new byte[] {'X'}), at);
                }
                return;
            }
        }
        throw new AssertionError("no event in " + segment);
    }

    @Test
    void contract3_countsWhatShardsStoreBeforeTheyAreGivenUpAndBehindTheirOpeningAgain() throws Exception {
        try (LocalServer server = LocalServer.start(data, null, "shards=3", "ledger.intervalSeconds=3600")) {
            send(server.http(), 300, 7);
            resize(server, "shrink", 1);
            send(server.http(), 50, 7);
        }
        try (LocalServer server = LocalServer.start(data, null, EACH_SECOND)) {
            for (int shards = 1; shards <= 3; shards++) {
                if (shards > 1) {
                    resize(server, "grow", shards);
                }
                int before = records(server.http()).size();
                Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
                    send(server.http(), 100, 7);
                    return records(server.http()).size() > before;
                });
                Cli beside = verify();
                assertThat(beside.exitCode()).as(beside.out()).isZero();
            }
        }
        Cli verified = verify();
        assertThat(verified.exitCode()).as(verified.out()).isZero();
        assertThat(verified.out()).contains("the last record of 2 runs of a server compared: equal");
    }

    private static void resize(LocalServer server, String how, int shards) {
        Cli done = Cli.run(
                "shards",
                how,
                String.valueOf(shards),
                "--http",
                server.httpUri().toString());
        assertThat(done.exitCode()).as(done.err()).isZero();
    }

    @Test
    void writesNoneWhenItIsOff() throws Exception {
        try (LocalServer server = LocalServer.start(data, null, "ledger.intervalSeconds=0")) {
            send(server.http(), 10, 1);
            assertThat(server.http().get("/health/detailed").text()).contains("\"ledger\":null");
            assertThat(server.http().get("/metrics").text()).doesNotContain("evident_ledger");
        }
        assertThat(verify().out()).doesNotContain("ledger:");
    }

    @Test
    void recordsThousandsOfTenantsInSeveralEvents() throws Exception {
        try (LocalServer server = LocalServer.start(data, null, "ledger.intervalSeconds=3600")) {
            send(server.http(), 3_000, 3_000);
        }
        Cli verified = verify();
        assertThat(verified.exitCode()).as(verified.out()).isZero();
        assertThat(verified.out())
                .containsPattern("ledger: [2-9]\\d* events, the last record of 1 run of a server compared: equal");
    }
}
