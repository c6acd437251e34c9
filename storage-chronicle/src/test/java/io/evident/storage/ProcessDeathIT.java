package io.evident.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.storage.directory.DataDirectoryInUseException;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ProcessDeathIT {
    @TempDir
    Path data;

    private Process start() throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--"))
                .forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), CrashingWriter.class.getName()));
        command.add(data.toString());
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    @Test
    void contract2_keepsTheLockWhileTheProcessLivesAndEveryAppendedEventWhenItDies() throws Exception {
        Process process = start();
        try (BufferedReader said = process.inputReader()) {
            assertThat(said.readLine()).isEqualTo("appended 1007");
            assertThatThrownBy(() -> DataDirectory.open(data, JournalSettings.defaults()))
                    .isInstanceOf(DataDirectoryInUseException.class)
                    .hasMessageContaining("process " + process.pid());

            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).isEqualTo(9);

        try (DataDirectory directory = DataDirectory.open(data, JournalSettings.defaults())) {
            OpenedShard shard = directory.openShard(0);
            assertThat(shard.journal().incarnation()).isEqualTo(2);
            assertThat(shard.report().damage()).isEmpty();
            assertThat(shard.report().sealedSegments()).isZero();
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 1007));
        }
    }
}
