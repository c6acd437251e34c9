package io.evident.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code evident load} and its tools say about wrong usage, in a line and without a stack trace. */
class LoadCommandTest {
    @TempDir
    private Path directory;

    private static void refuses(int exitCode, String message, String... args) {
        LoadRunOf run = LoadRunOf.args(args);

        assertThat(run.exitCode()).isEqualTo(exitCode);
        assertThat(run.err()).contains(message).hasLineCount(1);
        assertThat(run.out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--tier|often|--tier is",
                "--tcp|8481|--tcp is HOST:PORT",
                "--tcp|no-such-host.invalid:8481|there is no host no-such-host.invalid",
                "--connections|0|--connections, --batch and --seconds are at least 1",
                "--window|499|--window is at least --batch",
                "--warmup|-1|--warmup, --events and --rate are at least 0",
                "--rate|ramp:0..0|offers nothing",
                "--events|-1|--warmup, --events and --rate are at least 0",
                "--rate|-1|--warmup, --events and --rate are at least 0",
                "--bytes|0|--bytes is 1 to 65536",
                "--bytes|65537|--bytes is 1 to 65536",
                "--critical|1.1|--critical is 0 to 1",
                "--critical|-0.1|--critical is 0 to 1",
                "--critical|NaN|--critical is 0 to 1",
            })
    void refusesWhatMakesNoSense(String option, String value, String message) {
        refuses(2, message, option, value);
    }

    @Test
    void tellsThatThereIsNoDirectoryOfCloudTrailRecords() {
        Path none = directory.resolve("none");

        refuses(1, none.toString(), "--cloudtrail", none.toString());
    }

    @Test
    void checksNothingAgainstAnEmptyLedger() throws IOException {
        Path ledger = Files.createFile(directory.resolve("ledger"));
        String[] check = {"check", "--ledger", ledger.toString(), "--data", directory.toString()};

        refuses(1, "there is nothing to compare", check);
        Files.writeString(ledger, "receipt 1");
        refuses(1, "there is nothing to compare", check);
    }

    @Test
    void refusesWrongOptionsOfTheCheck() {
        String ledger = directory.resolve("ledger").toString();

        refuses(2, "--ledger-bytes is at least 0", "check", "--ledger", ledger, "--data", ".", "--ledger-bytes", "-1");
        refuses(2, "--http is a URL", "check", "--ledger", ledger, "--http", "localhost:8480");
        refuses(2, "--survived is", "check", "--ledger", ledger, "--data", ".", "--survived", "often");
    }

    @Test
    void refusesAnIntakeThatMakesNoSense() {
        String[] url = {"--postgres", "jdbc:postgresql://127.0.0.1:1/none?user=none"};

        refuses(2, "--rate is 1 to", "search", "intake", url[0], url[1], "--rate", "0");
        refuses(
                2,
                "--connections, which is 1 to 64",
                "search",
                "intake",
                url[0],
                url[1],
                "--rate",
                "2",
                "--connections",
                "3");
        refuses(
                2,
                "--connections, which is 1 to 64",
                "search",
                "intake",
                url[0],
                url[1],
                "--rate",
                "2",
                "--connections",
                "0");
        refuses(2, "--seconds is at least 0", "search", "intake", url[0], url[1], "--rate", "1", "--seconds", "-1");
        refuses(2, "--bytes is 1 to", "search", "intake", url[0], url[1], "--rate", "1", "--bytes", "0");
    }

    @Test
    void saysThatThereIsNoPostgresToPutEventsInto() {
        String url = "jdbc:postgresql://127.0.0.1:1/none?user=none";

        refuses(1, "evident load search intake: ", "search", "intake", "--postgres", url, "--rate", "1");
    }

    @ParameterizedTest
    @CsvSource({"check", "record", "force"})
    void helpsWithExitCodes(String tool) {
        LoadRunOf run = LoadRunOf.args(tool, "--help");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("Exit code: 0");
    }
}
