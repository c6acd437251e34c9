package io.evident.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class ForceCommandTest {
    @TempDir
    private Path directory;

    private static String run(int expectedExitCode, String... args) {
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            assertThat(new CommandLine(new ForceCommand()).execute(args)).isEqualTo(expectedExitCode);
        } finally {
            System.setOut(before);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }

    @Test
    void tellsHowLongForcesTookAndLeavesNothingBehind() {
        Path file = directory.resolve("probe");

        String line = run(0, "--file", file.toString(), "--seconds", "1", "--rate", "200", "--json");

        assertThat(line).startsWith("{\"bytes\":256,\"forces\":").contains("\"p50\":", "\"p99.9\":", "\"max\":");
        assertThat(file).doesNotExist();
    }

    @Test
    void leavesAFileAloneThatIsThereAlready() throws IOException {
        Path file = Files.writeString(directory.resolve("precious"), "precious");

        run(1, "--file", file.toString(), "--seconds", "1");

        assertThat(file).hasContent("precious");
    }

    @Test
    void tellsThatThereIsNoDirectoryForTheFile() {
        Path file = directory.resolve("none").resolve("probe");

        run(1, "--file", file.toString(), "--seconds", "1");

        assertThat(file.getParent()).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({"--bytes,3", "--bytes,1048577", "--rate,0", "--seconds,0", "--seconds,3601"})
    void refusesWhatMakesNoSense(String option, String value) {
        Path file = directory.resolve("probe");

        run(CommandLine.ExitCode.USAGE, "--file", file.toString(), option, value);

        assertThat(file).doesNotExist();
    }
}
