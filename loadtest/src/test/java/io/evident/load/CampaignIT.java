package io.evident.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.server.Evident;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The campaigns of {@code docs/testing}, each as short as it says anything. They break disks and clocks, most need root,
 * and all take longer than a test should: so they run only with {@code -Pcampaigns}, and skip, saying why, where the
 * machine cannot do it.
 */
@Tag("campaign")
class CampaignIT {
    private static final int CANNOT_BE_DONE_HERE = 77;
    private static final int PATIENCE_MINUTES = 10;

    @TempDir
    private Path dir;

    @Test
    void contract2_losesNothingSyncedWhenThePowerIsCut() throws Exception {
        campaign("power-cut.sh", "--cuts", "3", "--cuts-per-server", "2");
    }

    @Test
    void contract2_losesNothingSyncedWhenThePowerIsCutOnASlowDisk() throws Exception {
        campaign("power-cut.sh", "--cuts", "2", "--no-controls", "--write-delay-ms", "20", "--rate", "500");
    }

    @Test
    void contract2_losesNothingAcknowledgedWhenItIsKilled() throws Exception {
        campaign("kill-9.sh", "--kills", "5", "--compare-every", "5");
    }

    @Test
    void contract1_neverSaysSyncedOnceTheDiskHasFailed() throws Exception {
        campaign("failing-disk.sh", "--rounds", "1");
    }

    @Test
    void contract2_losesNothingAcknowledgedWhenTheDiskFailsAndAStandbyVolumeIsThere() throws Exception {
        campaign("failing-disk.sh", "--standby", "--rounds", "1");
    }

    @Test
    void contract2_losesNothingAcknowledgedWhenTheDiskIsFull() throws Exception {
        campaign("full-disk.sh", "--rounds", "1", "--strict");
    }

    @Test
    void contract2_losesNothingAcknowledgedWhenMemoryIsTheDiskAndFull() throws Exception {
        campaign("full-disk.sh", "--rounds", "1", "--fs", "tmpfs");
    }

    @Test
    void contract5_refusesNoCriticalEventUnderTenTimesTheLoadOfASlowDisk() throws Exception {
        campaign("overload.sh", "--rounds", "1", "--seconds", "10");
    }

    @Test
    void contract2_losesNothingAcknowledgedWhenTheClockSteps() throws Exception {
        campaign("clock-steps.sh", "--rounds", "1");
    }

    private void campaign(String script, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of("bash", root().resolve("docs/testing").resolve(script).toString()));
        command.addAll(List.of(options));
        Path output = dir.resolve("output");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("EVIDENT", launcher().toString());
        Process process = isLinux() ? builder.start() : null;
        Assumptions.assumeTrue(process != null, "skipped: this needs Linux");
        try {
            assertThat(process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES))
                    .as("ends within %s minutes:%n%s", PATIENCE_MINUTES, Files.readString(output))
                    .isTrue();
        } finally {
            // SIGTERM: the script undoes what it did.
            process.destroy();
            process.waitFor();
        }
        String said = Files.readString(output);
        Assumptions.assumeTrue(process.exitValue() != CANNOT_BE_DONE_HERE, () -> script + " " + said.strip());
        assertThat(process.exitValue()).as("exit code; it said:%n%s", said).isZero();
    }

    /** What the launcher does, with the class path of this test in place of a build. */
    private Path launcher() throws IOException {
        String flags = ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--") || flag.startsWith("-Dchronicle."))
                .collect(Collectors.joining(" "));
        String java = Path.of(System.getProperty("java.home"), "bin", "java") + " " + flags
                + " -Dfile.encoding=UTF-8 ${EVIDENT_JAVA_OPTS:-} -cp '" + System.getProperty("java.class.path") + "' ";
        String script = "#!/bin/sh\n"
                + "if [ \"${1:-}\" = load ]; then shift; exec " + java + LoadCommand.class.getName() + " \"$@\"; fi\n"
                + "exec " + java + Evident.class.getName() + " \"$@\"\n";
        Path file = Files.write(dir.resolve("evident"), script.getBytes(StandardCharsets.UTF_8));
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }

    private static boolean isLinux() {
        return System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux");
    }

    private static Path root() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.isRegularFile(at.resolve("mvnw"))) {
            at = at.getParent();
        }
        return at;
    }
}
