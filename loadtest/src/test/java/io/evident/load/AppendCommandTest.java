package io.evident.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class AppendCommandTest {
    @TempDir
    private Path directory;

    private String run(int expectedExitCode, String... args) {
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            CommandLine command = new CommandLine(new AppendCommand());
            String[] all = new String[args.length + 2];
            all[0] = "--dir";
            all[1] = directory.toString();
            System.arraycopy(args, 0, all, 2, args.length);
            assertThat(command.execute(all)).isEqualTo(expectedExitCode);
        } finally {
            System.setOut(before);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }

    @Test
    void tellsWhatBothTookAndLeavesNothingBehind() {
        String line = run(0, "--rate", "2000", "--warmup", "0", "--seconds", "1", "--force-ms", "20", "--json");

        assertThat(line)
                .startsWith("{\"eventsPerSecond\":2000,\"batch\":10,\"blocks\":200,\"tooFew\":[\"p90\"")
                .contains("\"appendMs\":{\"p50\":", "\"plainWriteMs\":{\"p50\":", "\"ratioOfP99.9\":");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void failsWhenTheAppendTakesMoreTimesAsLongAsIsAllowed() {
        String text = run(1, "--rate", "2000", "--warmup", "0", "--seconds", "1", "--at-most", "0.000001");

        assertThat(text).contains("ratio at p99.9: ", "(of too few values)");
    }

    @ParameterizedTest
    @CsvSource({
        "--rate,0",
        "--batch,0",
        "--batch,1001",
        "--bytes,1000000",
        "--seconds,0",
        "--seconds,3601",
        "--force-ms,0",
        "--rate,2000000000"
    })
    void refusesWhatCannotBeMeasured(String option, String value) {
        run(2, option, value);

        assertThat(directory).isEmptyDirectory();
    }
}
