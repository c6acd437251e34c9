package io.evident.load.peer.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PeerProcessTest {
    @TempDir
    private Path directory;

    @Test
    void theProcessHasEndedOnceItIsClosed() throws IOException {
        PeerProcess process = PeerProcess.start(directory, Map.of(), List.of("sleep", "600"));
        ProcessHandle handle = ProcessHandle.of(process.pid()).orElseThrow();

        process.close();

        assertThat(handle.isAlive()).isFalse();
    }

    @Test
    void aProcessThatEndsInsteadOfListeningIsToldOfWithItsLastWords() throws IOException {
        try (PeerProcess process =
                PeerProcess.start(directory, Map.of(), List.of("sh", "-c", "echo no room; exit 3"))) {
            assertThatThrownBy(() -> process.awaitPort(PeerProcess.freePort(), 60))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no room");
        }
    }

    @Test
    void aCommandThatFailsIsToldOfWithWhatItSaid() {
        assertThatThrownBy(() -> PeerProcess.run(directory, List.of("sh", "-c", "echo wrong option >&2; exit 2")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("status 2")
                .hasMessageContaining("wrong option");
    }
}
