package io.evident.server.demo;

import io.evident.server.command.RunningServer;
import io.evident.server.config.ServerConfig;
import io.evident.server.metrics.MetricsThread;
import java.io.IOException;

/** A running server that also shows what it measures. */
public interface DemoServer extends RunningServer {
    /** What the server measures. */
    MetricsThread metrics();

    /** Starts one: the composition root, which the demo does not know. */
    @FunctionalInterface
    interface Launcher {
        /**
         * Starts a server; when this returns, it takes events.
         *
         * @throws IOException when it cannot start; the message is for the user
         */
        DemoServer start(ServerConfig config) throws IOException;
    }
}
