package io.evident.load.peer.start;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A process of a system, with what it says in a file. It is told to end by {@link #close}, and made to when it does not; also
 * when this process ends. For one thread.
 */
public final class PeerProcess implements AutoCloseable {
    private static final long POLL_MS = 50;
    private static final int CONNECT_MS = 500;
    private static final long END_SECONDS = 30;
    private static final int TOLD_LINES = 10;

    private final Process process;
    private final Path log;
    private final Thread hook;

    private PeerProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
        this.hook = new Thread(process::destroyForcibly, "ends-" + process.pid());
    }

    /**
     * Starts a process.
     *
     * @param directory in which it runs; {@code log} in it gets what the process says
     */
    public static PeerProcess start(Path directory, Map<String, String> environment, List<String> command)
            throws IOException {
        Path log = directory.resolve("log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        PeerProcess started = new PeerProcess(builder.start(), log);
        Runtime.getRuntime().addShutdownHook(started.hook);
        return started;
    }

    /** Runs a command to its end. */
    public static void run(Path directory, List<String> command) throws IOException {
        try (PeerProcess process = start(directory, Map.of(), command)) {
            int status = process.process.waitFor();
            if (status != 0) {
                throw new IOException(command.get(0) + " ended with status " + status + ":\n" + process.said());
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** A port of loopback that nobody listens on. */
    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Waits until somebody listens on a port of loopback. */
    public void awaitPort(int port, long seconds) throws IOException {
        await("port " + port, seconds, () -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MS);
            }
        });
    }

    /** Something that fails until the process is ready. */
    @FunctionalInterface
    public interface Attempt {
        void run() throws IOException;
    }

    /** Tries something until it succeeds; the last failure is told when the time is over or the process has ended. */
    public void await(String what, long seconds, Attempt attempt) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (true) {
            try {
                attempt.run();
                return;
            } catch (IOException e) {
                if (!process.isAlive() || System.nanoTime() - deadline > 0) {
                    throw new IOException(what + " is not there: " + e.getMessage() + "\n" + said(), e);
                }
                rest();
            }
        }
    }

    private static void rest() throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static IOException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IOException("interrupted while a system starts or ends", e);
    }

    public long pid() {
        return process.pid();
    }

    /** The last lines that it said. */
    public String said() throws IOException {
        List<String> lines =
                Files.readString(log, StandardCharsets.UTF_8).lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - TOLD_LINES), lines.size()));
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw interrupted(e);
        }
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // This process is ending: the hook has nothing left to end.
            return;
        }
    }
}
