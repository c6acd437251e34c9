package io.evident.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The promise that a program needs no flag, and nothing but the client and the event model, to send events. */
class RunsWithoutJvmFlagsIT {
    @TempDir
    private Path directory;

    @Test
    void aPlainJavaProcessSendsAndSaysNothingOnStandardError() throws Exception {
        Path output = directory.resolve("output");
        Path errors = directory.resolve("errors");
        try (ScriptedServer server = new ScriptedServer(ServerSide::acceptAll)) {
            ProcessBuilder builder = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            classPath(),
                            SendingProgram.class.getName(),
                            String.valueOf(server.port()))
                    .redirectOutput(output.toFile())
                    .redirectError(errors.toFile());
            // Flags from the environment would be flags, and the JVM tells of them on standard error.
            builder.environment().remove("JAVA_TOOL_OPTIONS");
            builder.environment().remove("JDK_JAVA_OPTIONS");
            Process process = builder.start();
            try {
                assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            } finally {
                process.destroyForcibly();
            }
            assertThat(read(errors)).isEmpty();
            assertThat(read(output)).isEqualTo("1000 events safe" + System.lineSeparator());
            assertThat(process.exitValue()).isZero();
        }
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }

    private static String classPath() {
        return Stream.of(AuditClient.class, AuditEvent.class, SendingProgram.class)
                .map(RunsWithoutJvmFlagsIT::whereIs)
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static String whereIs(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
