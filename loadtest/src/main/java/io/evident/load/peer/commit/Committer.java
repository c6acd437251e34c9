package io.evident.load.peer.commit;

import java.io.IOException;

/** A connection that sends a request and waits for its answer. Used by one thread. */
public interface Committer extends AutoCloseable {
    /**
     * Sends rows, and returns once the system has said that it keeps them.
     *
     * @throws IOException when it did not say so: nobody knows whether it keeps them
     */
    void commit(Rows rows) throws IOException;

    @Override
    void close() throws IOException;
}
