package io.evident.server.command;

import java.net.InetSocketAddress;

/**
 * A server that takes events. Closing it stops intake, drains, forces and closes; any thread may do it, and a second time
 * does nothing.
 */
public interface RunningServer extends AutoCloseable {
    /** Where HTTP listens, with the port that was really taken. */
    InetSocketAddress httpAddress();

    /** Where the TCP protocol listens, with the port that was really taken. */
    InetSocketAddress tcpAddress();

    /**
     * Stops: no new events, then everything under way is written, forced and answered, then everything is closed. Again it
     * only tells how it went.
     *
     * @return whether everything under way was written
     */
    boolean stop();

    @Override
    default void close() {
        stop();
    }
}
