package io.evident.server;

import io.evident.server.command.RunningServer;
import io.evident.server.config.ServerConfig;
import java.io.IOException;
import java.net.InetSocketAddress;

/** The composition root. */
public final class EvidentServer implements RunningServer {
    private EvidentServer() {}

    /** Starts a server; see {@link io.evident.server.command.ServerLauncher}. */
    @SuppressWarnings("DoNotCallSuggester") // Holds the place of the wiring.
    public static EvidentServer start(ServerConfig config) throws IOException {
        throw new IOException("the server is not wired yet");
    }

    @Override
    public InetSocketAddress httpAddress() {
        throw new IllegalStateException("the server is not wired yet");
    }

    @Override
    public InetSocketAddress tcpAddress() {
        throw new IllegalStateException("the server is not wired yet");
    }

    @Override
    public void close() {}
}
