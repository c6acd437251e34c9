package io.evident.server.command;

import io.evident.server.config.ServerConfig;
import java.io.IOException;

/** Starts the server: the composition root, which the command line does not know. */
@FunctionalInterface
public interface ServerLauncher {
    /**
     * Starts a server; when this returns, it takes events.
     *
     * @throws IOException when it cannot start: the data directory is locked, an address is taken; the message is for the
     *     user
     */
    RunningServer start(ServerConfig config) throws IOException;
}
