package io.evident.client;

import io.evident.event.wire.FrameLayout;
import io.evident.event.wire.Welcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A server on a real socket that follows a script: the first connection the first, the second the second, all further
 * ones the last. A script that fails is reported when the server is closed.
 */
final class ScriptedServer implements AutoCloseable {
    static final Welcome WELCOME = new Welcome(1, FrameLayout.DEFAULT_MAX_FRAME_BYTES, 1_000, 100_000, "scripted");

    /** What a server does with one connection. May end by an {@link IOException} when the client goes away. */
    interface Script {
        void serve(ServerSide side) throws Exception;
    }

    private final ServerSocket listener;
    private final List<Script> scripts;
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final List<ServerSide> sides = new CopyOnWriteArrayList<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();

    ScriptedServer(Script... scripts) throws IOException {
        this.scripts = List.of(scripts);
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start("scripted-accept", this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** A builder of a client of this server that comes back soon when it is thrown out. */
    AuditClientBuilder client() {
        return AuditClient.builder()
                .address("127.0.0.1", port())
                .closeTimeout(Duration.ofSeconds(5))
                .reconnectBackoff(Duration.ofMillis(1), Duration.ofMillis(20));
    }

    /** Connections so far, the closed ones too. */
    int connections() {
        return sides.size();
    }

    private void start(String name, Runnable body) {
        Thread thread = new Thread(body, name);
        threads.add(thread);
        thread.start();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                Script script = scripts.get(Math.min(sides.size(), scripts.size() - 1));
                ServerSide side = new ServerSide(socket);
                sides.add(side);
                start("scripted-" + sides.size(), () -> serve(script, side));
            } catch (IOException closed) {
                if (!listener.isClosed()) {
                    failures.add(closed);
                }
            }
        }
    }

    private void serve(Script script, ServerSide side) {
        try (side) {
            script.serve(side);
        } catch (IOException | InterruptedException gone) {
            // The client went away, or the test is over: what either should have got is for the test to assert.
            side.end(gone);
        } catch (Exception | AssertionError failed) {
            failures.add(failed);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (ServerSide side : new ArrayList<>(sides)) {
            side.close();
        }
        for (Thread thread : threads) {
            thread.interrupt();
            awaitEnd(thread);
        }
        if (!failures.isEmpty()) {
            throw new AssertionError("a script failed", failures.get(0));
        }
    }

    private static void awaitEnd(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            throw new AssertionError("interrupted while a script ended", interrupted);
        }
    }
}
