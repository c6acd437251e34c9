package io.evident.load.target;

import java.io.IOException;

/**
 * The sending half of one generator loop: sends batches, and tells {@link Answers} what became of them. Called from one
 * thread only; answers may come from others.
 */
public interface TargetSender extends AutoCloseable {
    /**
     * Sends a batch, or keeps a copy of it to be sent as soon as there is room: the batch is used again afterwards. It may
     * wait for the system's backpressure, for no longer than 100 ms, and takes nothing then; what is late is seen as
     * latency, which counts from {@code intendedNs}.
     *
     * @param intendedNs when the batch was due, by {@link System#nanoTime}
     * @return whether the batch was taken; otherwise the caller tries again, with the same {@code intendedNs}
     * @throws IOException when the connection broke: the run fails
     */
    boolean send(EventBatch batch, long intendedNs) throws IOException;

    /** Sends what is held back, if anything: called whenever no batch is due. Must not block. */
    void flush() throws IOException;

    /** Events that were taken and have no outcome yet. */
    long unanswered();

    @Override
    void close() throws IOException;
}
