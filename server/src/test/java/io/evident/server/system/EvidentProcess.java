package io.evident.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.server.Evident;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The {@code evident} command in a JVM of its own, with the class path and the JVM flags of this one. What it writes is
 * read all the time, so that it never waits for us. Closing it ends it, however far it has come.
 */
final class EvidentProcess implements AutoCloseable {
    static final long PATIENCE_SECONDS = 60;

    private static final List<String> INHERITED_FLAGS =
            List.of("--add-", "--enable-native-access", "--sun-misc", "-Dchronicle.", "-Dio.netty.", "-Xmx");
    /**
     * What a server may say on a machine too busy to run it: CRITICAL events went round a writer that got no turn, and
     * this is over, or its end was left to the next start. A failed disk is no such thing.
     */
    private static final Predicate<String> OF_A_BUSY_MACHINE = Pattern.compile(
                    "\\S+ WARN  \\[[^\\]]+] EmergencyMode - shard \\d+: (critical events take the emergency path:"
                            + " (lane-full|writer-stalled|left-over)|the emergency path is left after \\d+ ms)")
            .asMatchPredicate();

    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final Queue<String> out = new ConcurrentLinkedQueue<>();
    private final Queue<String> err = new ConcurrentLinkedQueue<>();
    private final Thread outReader;
    private final Thread errReader;

    private EvidentProcess(Process process) {
        this.process = process;
        outReader = reader(process.getInputStream(), line -> {
            out.add(line);
            lines.add(line);
        });
        errReader = reader(process.getErrorStream(), err::add);
    }

    /** Starts a command. */
    static EvidentProcess start(String... args) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flagsOfThisJvm());
        // Quick to start, and few threads: what is shown here does not hang on speed.
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Dfile.encoding=UTF-8"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Evident.class.getName()));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("EVIDENT_") || name.startsWith("JAVA_TOOL"));
        return new EvidentProcess(builder.start());
    }

    /** The parts of the JDK that are opened, as the build opens them; nothing of the test runner's own. */
    private static List<String> flagsOfThisJvm() {
        Stream<String> flags = ManagementFactory.getRuntimeMXBean().getInputArguments().stream();
        return flags.filter(flag -> INHERITED_FLAGS.stream().anyMatch(flag::startsWith))
                .toList();
    }

    private interface LineSink {
        void line(String line);
    }

    private static Thread reader(InputStream in, LineSink sink) {
        Thread thread = new Thread(
                () -> {
                    try (BufferedReader reader =
                            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
                        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                            sink.line(line);
                        }
                    } catch (IOException e) {
                        // A process that was killed may leave a broken pipe behind; nothing was to come any more.
                        sink.line("(the output broke off: " + e.getMessage() + ")");
                    }
                },
                "output-of-evident");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** The next line of standard output, or {@code null} when there is none within the patience or before the end. */
    String nextLine() throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (System.nanoTime() < deadline) {
            String line = lines.poll(20, TimeUnit.MILLISECONDS);
            if (line != null || (!outReader.isAlive() && lines.isEmpty())) {
                return line;
            }
        }
        return null;
    }

    /** Asks the process to stop, as an operator does. */
    void terminate() {
        // Not Process.destroy(), which closes our ends of its outputs too.
        process.toHandle().destroy();
    }

    /** Ends it as {@code kill -9} does, and waits until it is gone. */
    void kill() throws InterruptedException {
        process.toHandle().destroyForcibly();
        awaitEnd();
    }

    /** Waits for the end and returns the exit code. */
    int awaitEnd() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .as("the process ends; it said:%n%s%n%s", out(), err())
                .isTrue();
        outReader.join();
        errReader.join();
        return process.exitValue();
    }

    /** Whether it runs, and how it ended. */
    String state() {
        return process.isAlive() ? "running" : "gone with exit code " + process.exitValue();
    }

    /** All of standard output so far. */
    String out() {
        return String.join("\n", out);
    }

    /** All of standard error so far. */
    String err() {
        return String.join("\n", err);
    }

    /** The lines of standard error so far that a busy machine does not explain: the one place that says what does. */
    List<String> unexpectedErr() {
        return err.stream().filter(OF_A_BUSY_MACHINE.negate()).toList();
    }

    @Override
    public void close() {
        process.toHandle().destroyForcibly();
        try {
            process.waitFor();
            outReader.join();
            errReader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("interrupted while a process ended", e));
        }
    }
}
