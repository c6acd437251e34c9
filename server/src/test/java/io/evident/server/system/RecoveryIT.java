package io.evident.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.Tier;
import io.evident.server.json.JsonTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole servers over damaged data directories, and the commands that look at them. */
class RecoveryIT {
    private static final int EVENTS = 300;

    @TempDir
    private Path data;

    private final Random random = new Random(3);
    private int sent;

    /** Sends events; returns how many were accepted. */
    private long send(LocalServer server) throws IOException {
        byte[][] binaries = new byte[EVENTS][];
        for (int i = 0; i < EVENTS; i++) {
            AuditEvent event = Load.event(random, "acme", sent++);
            binaries[i] = FrameClient.binary(event);
        }
        try (FrameClient client = FrameClient.welcomed(server.tcpPort())) {
            return client.exchange(Tier.SYNCED, binaries).stream()
                    .filter(answer -> answer.receipt() != null)
                    .count();
        }
    }

    private void fill() throws Exception {
        try (LocalServer server = LocalServer.start(data)) {
            assertThat(send(server)).isEqualTo(EVENTS);
        }
    }

    @Test
    void verifyAndDoctorWorkBesideAServerAtWork() throws Exception {
        try (LocalServer server = LocalServer.start(data)) {
            send(server);
            Cli verify = Cli.run("verify", "--data", data.toString(), "--json");
            Cli doctor = Cli.run("doctor", "--data", data.toString());
            send(server);

            assertThat(verify.exitCode()).as(verify.out() + verify.err()).isZero();
            JsonTree result = verify.json();
            assertThat(result.at("whole").isTrue()).isTrue();
            assertThat(result.text("server"))
                    .isEqualTo(String.valueOf(ProcessHandle.current().pid()));
            assertThat(result.at("events").number(0)).isEqualTo(EVENTS);
            assertThat(result.at("stored").elements().stream()
                            .mapToLong(each -> each.at("stored").number(0))
                            .sum())
                    .isEqualTo(EVENTS);
            assertThat(doctor.exitCode()).isZero();
            assertThat(doctor.out())
                    .contains(
                            "A server works on it",
                            "300 events",
                            "4 shards",
                            "Healthy: every byte of what was looked at was read");
            assertThat(server.http().all("")).as("after the commands").hasSize(2 * EVENTS);
        }
    }

    @Test
    void contract10_startsWithADamagedShardMapAndServesEverything() throws Exception {
        fill();
        Files.writeString(data.resolve("shards.json"), "{");
        Cli doctor = Cli.run("doctor", "--data", data.toString());
        assertThat(doctor.exitCode()).isEqualTo(1);
        assertThat(doctor.out()).contains("shard-map", "restores the map", "DAMAGED");

        try (LocalServer server = LocalServer.start(data)) {
            assertThat(server.http().all("")).hasSize(EVENTS);
            assertThat(send(server)).isEqualTo(EVENTS);
        }
        assertThat(data.resolve("shards.json.damaged-1")).hasContent("{");
        assertThat(Cli.run("verify", "--data", data.toString()).exitCode()).isZero();
    }

    @Test
    void contract10_makesALostShardMapAnewAsTheEventsBearItOut() throws Exception {
        fill();
        Files.delete(data.resolve("shards.json"));
        for (int shard = 0; shard < 4; shard++) {
            Files.delete(data.resolve("shard-0" + shard + "/shards.json"));
        }
        // Two shards are configured now: the events tell that there were four.
        try (LocalServer server = LocalServer.start(data, null, "shards=2")) {
            assertThat(server.http().all("")).hasSize(EVENTS);
            assertThat(send(server)).isEqualTo(EVENTS);
        }
        assertThat(Files.readString(data.resolve("shards.json"))).contains("\"shards\" : 4");
        assertThat(Cli.run("verify", "--data", data.toString()).exitCode()).isZero();
    }

    @Test
    void contract10_startsWithoutAShardThatCannotBeWritten() throws Exception {
        fill();
        long eventsOfShard = Cli.run("verify", "--data", data.toString(), "--shard", "1", "--json")
                .json()
                .at("events")
                .number(0);
        Path segments = data.resolve("shard-01/segments");
        Files.move(segments, data.resolve("away"));
        Files.writeString(segments, "a file stands in the way");

        try (LocalServer server = LocalServer.start(data)) {
            assertThat(server.http().all("")).hasSize(EVENTS - (int) eventsOfShard);
            assertThat(server.http().get("/health/readiness").status()).isEqualTo(503);
            assertThat(server.http().get("/health/liveness").status()).isEqualTo(200);
            assertThat(send(server)).isBetween(1L, EVENTS - 1L);
        }
        Cli verify = Cli.run("verify", "--data", data.toString());
        assertThat(verify.exitCode()).isEqualTo(1);
        assertThat(verify.out()).contains("unreadable");

        Files.delete(segments);
        Files.move(data.resolve("away"), segments);
        try (LocalServer server = LocalServer.start(data)) {
            assertThat(server.http().all("").size()).isGreaterThan(EVENTS);
            assertThat(send(server)).isEqualTo(EVENTS);
        }
        assertThat(Cli.run("verify", "--data", data.toString()).exitCode()).isZero();
    }

    @Test
    void tellsTheDamagedBlockOfASealedSegmentAndPassesItByOnceItsSealIsAway() throws Exception {
        fill();
        Path segment = data.resolve("shard-00/segments/1-0");
        Path journal = segment.resolve("19700101F.cq4");
        byte[] bytes = Files.readAllBytes(journal);
        int events = indexOf(bytes, "acme");
        bytes[events] ^= 1;
        Files.write(journal, bytes);

        Cli verify = Cli.run("verify", "--data", data.toString());
        assertThat(verify.exitCode()).isEqualTo(1);
        assertThat(verify.out()).contains("DAMAGE  checksum  shard-00/segments/1-0", "DAMAGED, see `evident doctor`");

        Files.move(segment.resolve("blocks.idx"), data.resolve("blocks.idx.away"));
        try (LocalServer server = LocalServer.start(data)) {
            assertThat(server.http().all("").size()).isBetween(1, EVENTS - 1);
        }
    }

    private static int indexOf(byte[] bytes, String text) {
        return new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf(text);
    }

    @Test
    void saysWhenThereIsNothingToLookAt() {
        for (String command : List.of("verify", "doctor")) {
            Cli none = Cli.run(command, "--data", data.resolve("none").toString());
            assertThat(none.exitCode()).isEqualTo(2);
            assertThat(none.err()).contains("there is no data directory");
            Cli empty = Cli.run(command, "--data", data.toString());
            assertThat(empty.exitCode()).isEqualTo(2);
            assertThat(empty.err()).contains("has no shard");
        }
        List<String> wrong = new ArrayList<>(List.of("verify", "--shard", "4096"));
        assertThat(Cli.run(wrong.toArray(String[]::new)).exitCode()).isEqualTo(2);
    }
}
