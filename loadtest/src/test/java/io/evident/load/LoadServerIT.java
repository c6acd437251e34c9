package io.evident.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.Lane;
import io.evident.event.Tier;
import io.evident.load.check.ReadBack;
import io.evident.load.intake.SyntheticEvents;
import io.evident.load.pool.EventPool;
import io.evident.load.target.StoredCount;
import io.evident.load.target.Target;
import io.evident.load.target.Totals;
import io.evident.load.tcp.TcpTarget;
import io.evident.server.EvidentServer;
import io.evident.server.config.load.ConfigLoader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    private String http() {
        return "http://127.0.0.1:" + server.httpAddress().getPort();
    }

    @ParameterizedTest
    @CsvSource({
        "tcp,journaled,10,0",
        "tcp,accepted,1,3000",
        "http,synced,1,500",
        "http-array,journaled,20,2000",
        "http-ndjson,journaled,100,0",
    })
    void readsBackExactlyWhatItHasReceiptsFor(String over, String tier, String batch, String rate) {
        LoadRunOf run = LoadRunOf.args(
                "--tcp",
                tcp(),
                "--http",
                http(),
                "--over",
                over,
                "--tier",
                tier,
                "--batch",
                batch,
                "--rate",
                rate,
                "--window",
                "100",
                "--connections",
                "8",
                "--loops",
                "2",
                "--warmup",
                "1",
                "--seconds",
                "1",
                "--lanes",
                "critical=0.1,elevated=0.2",
                "--zipf",
                "--pass",
                "rate>100",
                "--pass",
                "failed=0");

        assertThat(run.exitCode()).as("%s%n%s", run.out(), run.err()).isZero();
        assertThat(run.out()).contains("read back: ", ", 0 wrong");
    }

    @Test
    void countsEventsThatHaveExpiredAsTheServerStoredThem() {
        LoadRunOf run = LoadRunOf.args(
                "--tcp",
                tcp(),
                "--http",
                http(),
                "--batch",
                "10",
                "--rate",
                "1000",
                "--tier",
                "journaled",
                "--warmup",
                "1",
                "--seconds",
                "1",
                "--expires");

        assertThat(run.exitCode()).as("%s%n%s", run.out(), run.err()).isZero();
        assertThat(run.out()).contains("read back: 2,000 events are there, 2,000 have to be");
    }

    @Test
    void tellsAndJudgesHowLongReceiptsTookByTheServersClock() {
        LoadRunOf run = LoadRunOf.args(
                "--tcp",
                tcp(),
                "--http",
                http(),
                "--batch",
                "10",
                "--rate",
                "2000",
                "--tier",
                "journaled",
                "--critical",
                "0.5",
                "--warmup",
                "1",
                "--seconds",
                "3",
                "--pass",
                "server.p50<=5000ms",
                "--pass",
                "server.critical.p50<=5000ms",
                "--pass",
                "server.standard.p50<0.05ms");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).contains("by the server's clock, at most  p50 ");
        assertThat(run.err())
                .contains("server.standard.p50<0.05ms failed")
                .doesNotContain("cannot be judged", "server.p50<=5000ms failed", "server.critical.p50");
    }

    @Test
    void saysWhichCriterionFailed() {
        LoadRunOf run = LoadRunOf.args(
                "--tcp",
                tcp(),
                "--batch",
                "1",
                "--rate",
                "200",
                "--warmup",
                "0",
                "--seconds",
                "1",
                "--pass",
                "rate>=1000000",
                "--pass",
                "refused=0",
                "--null-sink",
                "--json");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(told(run)).singleElement().asString().contains("rate>=1000000 failed: it is ");
        assertThat(run.out())
                .contains("\"loop\":\"open\"", "\"bound\":false")
                // Scripts take the last member of a name.
                .containsPattern("\"tier\":\"synced\".*\"receipts\":\\d+,.*\"eventsPerSecond\":\\d+,"
                        + "\"latencyMs\":\\{\"p50\":[0-9.]+,[^{]*}}\\s*$");
    }

    @Test
    void findsThatEventsAreMissing() throws IOException {
        EventPool pool = EventPool.of(SyntheticEvents.list(1, 256, 0));
        URI uri = URI.create(http());
        Totals claimed = new Totals(Map.of(Lane.STANDARD, 0L), 0, Map.of(), Map.of("x", 1L));
        try (Target target =
                new TcpTarget(server.tcpAddress(), Tier.SYNCED, 1, 1, 1, 1, new StoredCount(uri, "none-"))) {
            ReadBack nothing = ReadBack.of(target::stored, claimed, List.of(), pool, uri, false, false);
            assertThat(nothing.isRight()).isTrue();
            assertThat(nothing.text()).contains("0 to 1");

            ReadBack missing =
                    ReadBack.of(target::stored, claimed, List.of(new UUID(0x7000, 1)), pool, uri, false, false);
            assertThat(missing.isRight()).isFalse();
            assertThat(missing.text()).startsWith("MISMATCH, ").contains("answered 404");
        }
    }
}
