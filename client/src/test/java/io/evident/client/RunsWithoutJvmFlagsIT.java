package io.evident.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The promise that a program needs no flag, and nothing but the client and the event model, to send events. */
class RunsWithoutJvmFlagsIT {
    @TempDir
    private Path directory;

    @Test
    void aPlainJavaProcessSendsAndSaysNothingOnStandardError() throws Exception {
        Class<?>[] classPath = {AuditClient.class, AuditEvent.class, SendingProgram.class};
        try (ScriptedServer server = new ScriptedServer(ServerSide::acceptAll)) {
            assertThat(PlainJava.run(directory, classPath, SendingProgram.class, String.valueOf(server.port())))
                    .isEqualTo("1000 events safe" + System.lineSeparator());
        }
    }
}
