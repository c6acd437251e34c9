package io.evident.load.peer.commit;

import io.evident.load.target.EventBatch;

/** Writes an event as it stands in a system's request. Used by one thread at a time. */
public interface RowEncoder {
    /** Adds one event of a batch, with its id. */
    void append(EventBatch batch, int index, Rows to);
}
