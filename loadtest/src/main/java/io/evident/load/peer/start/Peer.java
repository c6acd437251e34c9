package io.evident.load.peer.start;

import io.evident.load.target.Durability;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/** A system that can be started here and offered events. Stateless. */
public interface Peer {
    /** Events that every system's target keeps unanswered at the most, over all of its connections. */
    int UNANSWERED_EVENTS = 32_768;

    /** As it is called on the command line. */
    String name();

    /** What its answers can be made to promise. */
    Set<Durability> offers();

    /** {@code null} when it can be started, or could after a download; else what has to be installed, and how. */
    String missing();

    /**
     * Starts it with nothing in it, on loopback, and returns once it can be connected to.
     *
     * @param directory empty, and its own
     * @param durability one that it offers
     * @throws IOException when it does not start; nothing of it runs then
     */
    RunningPeer start(Path directory, Durability durability) throws IOException;
}
