package io.evident.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.server.config.ServerConfig;
import io.evident.server.json.JsonTree;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The command line of {@code serve} as a process of its own, around a server that only says what happens to it. */
class ServeCommandIT {
    /** The process: {@link EvidentCommand} with a server that listens nowhere. */
    static final class ServingProgram {
        private ServingProgram() {}

        public static void main(String[] args) {
            System.exit(EvidentCommand.commandLine(ServingProgram::start).execute(args));
        }

        private static RunningServer start(ServerConfig config) throws IOException {
            if (config.shards() == 13) {
                throw new IOException("the data directory is in use");
            }
            return new RunningServer() {
                private boolean closed;

                @Override
                public InetSocketAddress httpAddress() {
                    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 4001);
                }

                @Override
                public InetSocketAddress tcpAddress() {
                    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 4002);
                }

                @Override
                public boolean stop() {
                    if (closed) {
                        return true;
                    }
                    closed = true;
                    System.err.println("server closed");
                    if (config.shards() == 14) {
                        throw new IllegalStateException("could not be closed");
                    }
                    return config.shards() != 15;
                }
            };
        }
    }

    private static Process start(String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ServingProgram.class.getName(),
                "serve"));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("EVIDENT_"));
        return builder.start();
    }

    private static String firstLine(Process process) throws IOException {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
    }

    private static String errorsAfterEnd(Process process) throws IOException, InterruptedException {
        String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).as("the process ends").isTrue();
        return errors;
    }

    @Test
    void printsOneLineWhenReadyAndStopsCleanlyOnSigterm() throws Exception {
        Process process = start("--http", "localhost:0", "--data", "some dir");
        try {
            assertThat(firstLine(process))
                    .isEqualTo("evident ready http=localhost:4001 tcp=127.0.0.1:4002 data=some dir");

            process.toHandle().destroy();

            assertThat(errorsAfterEnd(process))
                    .contains("no authentication is configured: serving loopback addresses only", "stopping")
                    .containsSubsequence("stopping", "server closed", "stopped");
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void printsTheReadyLineAndTheLogAsJsonWhenAsked() throws Exception {
        Process process = start("--json");
        try {
            JsonTree ready = JsonTree.parse(firstLine(process).getBytes(StandardCharsets.UTF_8));
            assertThat(ready.text("http")).isEqualTo("127.0.0.1:4001");
            process.toHandle().destroy();

            String log = errorsAfterEnd(process).lines().findFirst().orElseThrow();
            JsonTree entry = JsonTree.parse(log.getBytes(StandardCharsets.UTF_8));
            assertThat(entry.text("level")).isEqualTo("INFO");
            assertThat(entry.text("formattedMessage")).contains("serving loopback addresses only");
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void endsWithExitCode1AndTheReasonWhenItCannotStart() throws Exception {
        Process process = start("--set", "shards=13");

        assertThat(errorsAfterEnd(process)).contains("evident: cannot serve: the data directory is in use");
        assertThat(process.exitValue()).isEqualTo(1);
    }

    @Test
    void endsWithExitCode1WhenItCannotStopCleanly() throws Exception {
        Process process = start("--set", "shards=14");
        try {
            firstLine(process);
            process.toHandle().destroy();

            errorsAfterEnd(process);
            assertThat(process.exitValue()).isEqualTo(1);
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void endsWithOneWhenNotEverythingUnderWayWasWritten() throws Exception {
        Process process = start("--set", "shards=15");
        try {
            firstLine(process);
            process.toHandle().destroy();

            errorsAfterEnd(process);
            assertThat(process.exitValue()).isEqualTo(1);
        } finally {
            process.destroyForcibly();
        }
    }
}
