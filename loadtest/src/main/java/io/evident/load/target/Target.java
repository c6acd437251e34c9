package io.evident.load.target;

import java.io.IOException;

/**
 * A system that takes events, seen from the generator: connected when it is made, disconnected by {@link #close}, which
 * first waits for nothing. Its methods are called by the thread that carries out the run.
 */
public interface Target extends AutoCloseable {
    /** As it stands in reports, with what matters of its settings: {@code evident tcp journaled}. */
    String name();

    /** What its answers promise. */
    Durability durability();

    /**
     * Opens the sending half of one generator loop. All of them exist before the first event is sent.
     *
     * @param index from 0
     * @param answers where every event's outcome goes, exactly once, from whatever thread hears of it
     * @throws IOException when the system does not let one in
     */
    TargetSender sender(int index, Answers answers) throws IOException;

    /**
     * How many events of this run can be read back. Asked once, after the last answer.
     *
     * @throws IOException when the system does not say
     */
    long stored() throws IOException;

    @Override
    void close() throws IOException;
}
