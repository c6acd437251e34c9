package io.evident.client.read;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import io.evident.client.PlainJava;
import io.evident.client.read.answer.SampleEvents;
import io.evident.event.AuditEvent;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The promise that a program needs no flag, and nothing but the client, the event model and its JSON, to read events. */
class ReadsWithoutJvmFlagsIT {
    @TempDir
    private Path directory;

    @Test
    void aPlainJavaProcessReadsAndSaysNothingOnStandardError() throws Exception {
        Class<?>[] classPath = {AuditReader.class, AuditEvent.class, JsonFactory.class, ReadingProgram.class};
        String page = "{\"events\":[" + SampleEvents.json(0) + "," + SampleEvents.json(1) + "],\"cursor\":null}";
        try (RawHttpServer server = RawHttpServer.answering(200, "application/json", page)) {
            assertThat(PlainJava.run(directory, classPath, ReadingProgram.class, server.url()))
                    .isEqualTo("2 events read" + System.lineSeparator());
        }
    }
}
