package io.evident.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.server.EvidentServer;
import io.evident.server.config.load.ConfigLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The generator and its tools with a real server. */
@Timeout(120)
class LoadServerIT {
    @TempDir
    private Path directory;

    private EvidentServer server;

    @BeforeEach
    void start() throws Exception {
        List<ConfigLoader.Flag> flags = Stream.of(
                        "data=" + directory.resolve("data"),
                        "shards=1",
                        "http.address=127.0.0.1:0",
                        "tcp.address=127.0.0.1:0",
                        "tcp.windowEvents=100",
                        "duplicates.windowIds=50000",
                        // A writer that gets no turn on a busy machine is no fault here.
                        "emergency.stallMs=20000",
                        "lanes.overflowBytes=16777216",
                        "lanes.standardEvents=8192")
                .map(each -> each.split("=", 2))
                .map(each -> new ConfigLoader.Flag("the test", each[0], each[1]))
                .toList();
        server = EvidentServer.start(ConfigLoader.load(null, Map.of(), flags));
    }

    @AfterEach
    void stop() {
        assertThat(server.stop()).isTrue();
    }

    private String tcp() {
        return "127.0.0.1:" + server.tcpAddress().getPort();
    }

    /** What was printed, but for what the server, which has the same standard error, says while its lanes are full. */
    private static List<String> told(LoadRunOf run) {
        return run.err()
                .lines()
                .filter(line -> !line.contains("] EmergencyMode - "))
                .toList();
    }

    @Test
    void saysThatABatchIsMoreThanTheServersWindow() {
        LoadRunOf run = LoadRunOf.args("--tcp", tcp(), "--batch", "101", "--seconds", "1", "--warmup", "0");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(told(run))
                .singleElement()
                .asString()
                .contains("--batch is 101", "no more than 100 unanswered events");

        LoadRunOf fits = LoadRunOf.args("--tcp", tcp(), "--batch", "100", "--seconds", "1", "--warmup", "0");
        assertThat(fits.exitCode()).as(fits.err()).isZero();
    }

    @Test
    void endsTheRecordWhenTheLedgerCannotBeWritten() {
        Path full = Path.of("/dev/full");
        Assumptions.assumeTrue(Files.isWritable(full), "this machine has no file that is always full");

        LoadRunOf run = LoadRunOf.args("record", "--ledger", full.toString(), "--tcp", tcp(), "--seconds", "100");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(told(run)).singleElement().asString().contains("evident load record: the ledger cannot be written");
    }

    @Test
    void recordsAndChecks() {
        String ledger = directory.resolve("ledger").toString();

        LoadRunOf record = LoadRunOf.args("record", "--ledger", ledger, "--tcp", tcp(), "--seconds", "1");
        assertThat(record.exitCode()).as(record.err()).isZero();

        LoadRunOf check = LoadRunOf.args(
                "check",
                "--ledger",
                ledger,
                "--http",
                "http://127.0.0.1:" + server.httpAddress().getPort());
        assertThat(check.exitCode()).as(check.err()).isZero();
    }
}
