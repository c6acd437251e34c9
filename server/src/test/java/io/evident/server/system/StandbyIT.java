package io.evident.server.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.evident.event.AuditEvent;
import io.evident.event.Outcome;
import io.evident.event.Severity;
import io.evident.server.json.JsonTree;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real server with a standby directory, whose only shard loses its volume. */
class StandbyIT {
    private static final int LARGE_BYTES = 60_000;
    private static final long WITHIN_MS = 5_000;
    private static final int MIB = 1 << 20;

    @TempDir
    private Path base;

    private Path data;
    private Path standby;
    private Path mounted;
    /** Every event that has a SYNCED receipt, with its identity. */
    private final Map<UUID, String> acknowledged = new LinkedHashMap<>();

    private int made;

    @BeforeEach
    void place() throws IOException {
        data = base.toRealPath().resolve("data");
        standby = base.toRealPath().resolve("standby");
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted != null) {
            assertThat(run("umount", mounted.toString()) || run("umount", "-l", mounted.toString()))
                    .isTrue();
        }
    }

    private ServerProcess start() throws IOException, InterruptedException {
        return start(60);
    }

    private ServerProcess start(int ledgerSeconds) throws IOException, InterruptedException {
        return ServerProcess.start(
                data,
                "--set",
                "ledger.intervalSeconds=" + ledgerSeconds,
                "--set",
                "shards=1",
                "--set",
                "storage.segmentBytes=1048576",
                "--set",
                "storage.floorBytes=1048576",
                "--set",
                "storage.reserveBytes=1048576",
                "--set",
                "standby.directory=" + standby);
    }

    private static boolean run(String... command) throws Exception {
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            return false; // No such program here.
        }
        return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    private AuditEvent event(int attributeBytes) {
        made++;
        return AuditEvent.builder("acme", "user-" + made % 7, "document.read")
                .id(UUID.randomUUID())
                .timeNs(1_780_000_000_000_000_000L + made)
                .resource("document", "doc-" + made)
                .outcome(Outcome.SUCCESS)
                .severity(Severity.P4_INFO)
                .attributes("{\"text\":\"" + "x".repeat(attributeBytes) + "\"}")
                .build();
    }

    /** Sends an event until it has a receipt; an unknown outcome is settled by a retry with the same id. */
    private void send(HttpCaller http, AuditEvent event) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(2 * WITHIN_MS);
        while (true) {
            HttpCaller.Answer answer = http.post(Facts.json(event));
            if (answer.status() == 200) {
                acknowledged.put(
                        event.id(),
                        Facts.identity(answer.json().at("receipts").elements().get(0)));
                return;
            }
            assertThat(answer.problem()).as(answer.text()).isIn("outcome-unknown", "unavailable");
            assertThat(System.nanoTime()).as(answer.text()).isLessThan(deadline);
        }
    }

    private void allAreThere(HttpCaller http) throws IOException, InterruptedException {
        List<JsonTree> found = http.all("");
        assertThat(found).hasSize(acknowledged.size());
        for (JsonTree event : found) {
            assertThat(Facts.identity(event)).isEqualTo(acknowledged.get(UUID.fromString(event.text("id"))));
        }
    }

    private static JsonTree shard(HttpCaller http) throws IOException, InterruptedException {
        return http.get("/health/detailed").json().at("shards").elements().get(0);
    }

    /** Something stands in the place of the next segment, so that no more can be appended. */
    private void failTheVolume(HttpCaller http) throws IOException, InterruptedException {
        Files.writeString(data.resolve("shard-00/segments/1-1"), "");
        for (int i = 0; i < 40 && !"standby".equals(shard(http).text("volume")); i++) {
            send(http, event(LARGE_BYTES));
        }
        Files.delete(data.resolve("shard-00/segments/1-1"));
    }

    @Test
    void contracts1To4_goOnOnTheStandbyAndAfterARestartWithBothVolumes() throws Exception {
        try (ServerProcess server = start()) {
            HttpCaller http = server.http();
            failTheVolume(http);
            assertThat(shard(http).text("volume")).isEqualTo("standby");
            assertThat(shard(http).text("state")).isEqualTo("open");
            assertThat(shard(http).at("incarnation").number(0)).isEqualTo(2);
            assertThat(shard(http).at("failedOver", "tookMs").number(-1)).isBetween(0L, WITHIN_MS);
            assertThat(http.get("/health/readiness").status()).isEqualTo(200);
            assertThat(http.get("/metrics").text()).contains("evident_shard_standby{shard=\"0\"} 1.0");
            send(http, event(20));
            allAreThere(http);
            server.terminate();
        }
        Cli verify = Cli.run("verify", "--data", data.toString(), "--standby", standby.toString(), "--json");
        assertThat(verify.exitCode()).as(verify.out()).isZero();
        assertThat(verify.json().at("events").number(0)).isEqualTo(acknowledged.size());
        Cli doctor = Cli.run("doctor", "--data", data.toString(), "--standby", standby.toString());
        assertThat(doctor.exitCode()).as(doctor.out()).isZero();
        try (ServerProcess server = start()) {
            allAreThere(server.http());
            assertThat(shard(server.http()).text("volume")).isEqualTo("data");
            send(server.http(), event(20));
            allAreThere(server.http());
            server.stopCleanly();
        }
    }

    @Test
    void contract3_theLedgerCountsOnBothVolumes() throws Exception {
        try (ServerProcess server = start(1)) {
            HttpCaller http = server.http();
            failTheVolume(http);
            Awaitility.await().atMost(java.time.Duration.ofSeconds(30)).until(() -> {
                send(http, event(20));
                return http.all("tenant=_system&action=ledger.recorded").stream()
                        .anyMatch(record ->
                                record.at("attributes", "through").elements().size() == 2);
            });
        }
        try (ServerProcess server = start(1)) {
            send(server.http(), event(20));
            server.stopCleanly();
        }
        Cli verify = Cli.run("verify", "--data", data.toString(), "--standby", standby.toString());
        assertThat(verify.exitCode()).as(verify.out()).isZero();
        assertThat(verify.out()).contains("the last record of 2 runs of a server compared: equal");
    }

    @Test
    void contract4_servesAndRefusesWhileTheStandbyIsAway() throws Exception {
        try (ServerProcess server = start()) {
            failTheVolume(server.http());
            send(server.http(), event(20));
            server.terminate();
        }
        Path hidden = base.resolve("hidden");
        Files.move(standby, hidden);
        try (ServerProcess server = start()) {
            HttpCaller http = server.http();
            HttpCaller.Answer refused = http.post(Facts.json(event(20)));
            assertThat(refused.status()).isEqualTo(503);
            HttpCaller.Answer page = http.get("/v1/events?limit=1000");
            assertThat(page.status()).isEqualTo(200);
            assertThat(page.json().at("unreadable").elements()).isNotEmpty();
            UUID last = List.copyOf(acknowledged.keySet()).get(acknowledged.size() - 1);
            HttpCaller.Answer find = http.get("/v1/events/" + last);
            assertThat(find.status()).isEqualTo(503);
            assertThat(find.problem()).isEqualTo("unavailable");
            assertThat(find.text()).contains("standby");
            Cli query = Cli.run("query", "--http", server.httpUri().toString());
            assertThat(query.exitCode()).isZero();
            assertThat(query.err()).contains("this is not all", "shard 0, sequences");
            server.terminate();
        }
        StandbyFiles.remove(standby);
        Files.move(hidden, standby);
        try (ServerProcess server = start()) {
            allAreThere(server.http());
            server.stopCleanly();
        }
    }

    /** A file system of its own for the shard, which is shut down as after a fatal error: every access ends with EIO. */
    private Path mountAtShard() throws Exception {
        Path at = data.resolve("shard-00");
        Files.createDirectories(at);
        Path image = base.resolve("image");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(64L * MIB);
        }
        boolean done = run("mkfs.ext4", "-q", "-F", "-m", "0", image.toString())
                && run("mount", "-o", "loop", image.toString(), at.toString());
        assumeTrue(done, "cannot mount ext4 here: that needs root and a loop device");
        mounted = at;
        return at;
    }

    private void shutDown(Path volume) throws Exception {
        String script = "import fcntl,os,struct;" + "fcntl.ioctl(os.open('" + volume
                + "',os.O_RDONLY),0x8004587d,struct.pack('I',2))";
        assumeTrue(run("python3", "-c", script), "cannot shut the file system down here: that needs root and python3");
    }

    @Test
    void contracts1And2_holdWhenTheRealVolumeFailsAndTheServerAnswersWithinFiveSeconds() throws Exception {
        Path volume = mountAtShard();
        try (ServerProcess server = start()) {
            HttpCaller http = server.http();
            for (int i = 0; i < 20; i++) {
                send(http, event(200));
            }
            shutDown(volume);
            long failed = System.nanoTime();
            send(http, event(200));
            long tookMs = (System.nanoTime() - failed) / 1_000_000;
            assertThat(tookMs).isLessThan(WITHIN_MS);
            assertThat(shard(http).text("volume")).isEqualTo("standby");
            for (int i = 0; i < 20; i++) {
                send(http, event(200));
            }
            HttpCaller.Answer page = http.get("/v1/events?limit=1000");
            assertThat(page.status()).as(page.text()).isEqualTo(200);
            long there = page.json().at("events").elements().size();
            assertThat(page.json().at("unreadable").isThere() || there == acknowledged.size())
                    .as(page.text())
                    .isTrue();
            assertThat(there).isGreaterThanOrEqualTo(20);
            server.terminate();
            Awaitility.await().until(() -> server.err().contains("standby"));
        }
        assertThat(run("umount", mounted.toString()) || run("umount", "-l", mounted.toString()))
                .isTrue();
        mounted = null;
        assertThat(run("mount", "-o", "loop", base.resolve("image").toString(), volume.toString()))
                .isTrue();
        mounted = volume;
        try (ServerProcess server = start()) {
            allAreThere(server.http());
            send(server.http(), event(20));
            server.terminate();
        }
    }

    /** What becomes of directories. */
    private static final class StandbyFiles {
        static void remove(Path directory) throws IOException {
            try (java.util.stream.Stream<Path> all = Files.walk(directory)) {
                for (Path each : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
    }
}
