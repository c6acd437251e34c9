package io.evident.server.simulation;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The process that uses the disk, as seen from below: told of each thing that it asks of the disk, before and after, and
 * may say what goes wrong with it. Here other agents get their turn, and here the process dies.
 */
interface SimProcess {
    /** What is asked of the disk. */
    enum Operation {
        CREATE_FOLDER,
        OPEN,
        WRITE,
        FORCE,
        FORCE_FOLDER,
        RENAME,
        CREATE_BLOCK_FILE,
        APPEND
    }

    /** How it goes. */
    enum Fault {
        /** Well. */
        NONE,
        /** It fails, and nothing was done. */
        NOTHING_DONE,
        /** It fails, and some of it was done, or all where it cannot be divided. */
        HALF_DONE,
        /** It fails, although it was done. */
        ALL_DONE
    }

    /** Throws {@link SimulatedStop} when the process is dead, and lets nothing of it get to the disk. */
    void requireAlive() throws IOException;

    /** About to be done. */
    Fault before(Operation operation, Path path) throws IOException;

    /** Done. */
    void after(Operation operation, Path path) throws IOException;

    /** Half-way through; nothing fails here, but the process may die. */
    void between(Operation operation, Path path) throws IOException;
}
