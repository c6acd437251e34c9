package io.evident.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A real server as a process, on free ports of loopback. Closing it kills it, when it still runs. */
final class ServerProcess implements AutoCloseable {
    private static final Pattern READY =
            Pattern.compile("evident ready http=127\\.0\\.0\\.1:(\\d+) tcp=127\\.0\\.0\\.1:(\\d+) data=(.*)");

    private final EvidentProcess process;
    private final Path data;
    private final int httpPort;
    private final int tcpPort;

    private ServerProcess(EvidentProcess process, Path data, Matcher ready) {
        this.process = process;
        this.data = data;
        this.httpPort = Integer.parseInt(ready.group(1));
        this.tcpPort = Integer.parseInt(ready.group(2));
    }

    /** Starts a server and waits until it is ready. */
    static ServerProcess start(Path data, String... moreArgs) throws IOException, InterruptedException {
        List<String> args = new ArrayList<>(
                List.of("serve", "--data", data.toString(), "--http", "127.0.0.1:0", "--tcp", "127.0.0.1:0"));
        // Rooms of the default size take longer to lay out than all the rest of a start.
        args.addAll(List.of("--set", "lanes.overflowBytes=16777216", "--set", "duplicates.windowIds=200000"));
        args.addAll(List.of("--set", "lanes.standardEvents=16384", "--set", "lanes.criticalEvents=8192"));
        // A busy machine stalls writers: only tests of the emergency path want it to be taken for that.
        args.addAll(List.of("--set", "emergency.stallMs=20000"));
        args.addAll(List.of(moreArgs));
        EvidentProcess process = EvidentProcess.start(args.toArray(String[]::new));
        String line = process.nextLine();
        Matcher ready = READY.matcher(line == null ? "" : line);
        if (!ready.matches()) {
            AssertionError failure =
                    new AssertionError("the server said '" + line + "' in place of its ready line and is "
                            + process.state() + "; standard error:\n" + process.err() + "\nfiles:\n" + listing(data));
            process.close();
            throw failure;
        }
        return new ServerProcess(process, data, ready);
    }

    URI httpUri() {
        return URI.create("http://127.0.0.1:" + httpPort);
    }

    int tcpPort() {
        return tcpPort;
    }

    String tcpAddress() {
        return "127.0.0.1:" + tcpPort;
    }

    HttpCaller http() {
        return new HttpCaller(httpUri(), this::evidence);
    }

    String err() {
        return process.err();
    }

    /** SIGTERM: it has to end by itself, with exit code 0 and nothing to complain about. */
    void stopCleanly() throws InterruptedException {
        process.terminate();
        int exitCode = process.awaitEnd();
        assertThat(exitCode).as("exit code; %s", evidence()).isZero();
        assertNothingUnexpected();
    }

    void terminate() {
        process.terminate();
    }

    void kill() throws InterruptedException {
        process.kill();
        assertNothingUnexpected();
    }

    /** No error, no buffer that leaked, no line on standard output but the first. */
    private void assertNothingUnexpected() {
        assertThat(process.err()).doesNotContain(" ERROR ", "LEAK:", "Exception");
        // A block that a killed server was about to write is set aside at the next start, and told.
        assertThat(process.unexpectedErr().stream()
                        .filter(line -> line.contains(" WARN ") && !line.contains("UNFINISHED")))
                .as("warnings")
                .isEmpty();
        assertThat(process.out().lines()).as("standard output").hasSize(1);
    }

    /** What helps to understand a failure. */
    String evidence() {
        return "the server is " + process.state() + "; its standard error:\n" + process.err() + "\nfiles in " + data
                + ":\n" + listing(data);
    }

    private static String listing(Path data) {
        if (!Files.isDirectory(data)) {
            return "(none)";
        }
        try (Stream<Path> files = Files.walk(data)) {
            return files.filter(Files::isRegularFile)
                    .sorted()
                    .map(file -> data.relativize(file) + "  " + file.toFile().length())
                    .collect(Collectors.joining("\n"));
        } catch (IOException e) {
            return "(cannot be listed: " + e + ")";
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
