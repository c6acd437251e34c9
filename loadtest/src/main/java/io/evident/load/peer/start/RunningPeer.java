package io.evident.load.peer.start;

import io.evident.load.target.Target;
import java.io.IOException;

/** A system that was started, and is stopped by {@link #close}, whatever state it is in. */
public interface RunningPeer extends AutoCloseable {
    /** The process whose processor time counts, with those that it starts; this one for a system within it. */
    long pid();

    /** Which version of the system it is. */
    String version();

    /** The settings that differ from those it comes with, in one line. */
    String tuning();

    /**
     * Connects to it.
     *
     * @param batch events that will be sent together at the most
     */
    Target connect(int batch) throws IOException;

    @Override
    void close() throws IOException;
}
