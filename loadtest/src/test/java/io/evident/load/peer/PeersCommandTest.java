package io.evident.load.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class PeersCommandTest {
    @TempDir
    private Path out;

    @Test
    void asksForSystemsAndWorksThatThereAre() {
        assertThat(run("--only", "nobody")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(run("--work", "sleep")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(run("--rounds", "0")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(run("--page-cache", "warm")).isEqualTo(CommandLine.ExitCode.USAGE);
    }

    @Test
    void leavesAResultForEachSystemAndATable() throws IOException {
        int status = run(
                "--only",
                "file",
                "--warmup",
                "0",
                "--seconds",
                "1",
                "--rounds",
                "1",
                "--page-cache",
                "cold",
                "--out",
                out.toString());

        assertThat(status).isZero();
        assertThat(out.resolve("journaled-throughput/file-1.json")).isRegularFile();
        assertThat(out.resolve("journaled-throughput.md")).content().contains("| file | page cache |");
        assertThat(out.resolve("data")).isEmptyDirectory();
    }

    private static int run(String... arguments) {
        return new CommandLine(new PeersCommand()).execute(arguments);
    }
}
