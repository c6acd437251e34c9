package io.evident.server.metrics;

import java.util.Locale;

/** A stage of the road whose latency is recorded. */
public enum Stage {
    /** From the frame's reading until the event was journaled; per lane. */
    JOURNALED,
    /** From the frame's reading until the event was forced, where a sender waited for it; per lane. */
    SYNCED,
    /** From the frame's or request's reading until the JOURNALED receipt was written to the connection; per lane. */
    JOURNALED_RECEIPT,
    /** The same for SYNCED receipts. */
    SYNCED_RECEIPT,
    /** One block's append to the journal. */
    APPEND,
    /** One force of a shard's files. */
    FORCE,
    /** One query, from its start on a query thread to its answer. */
    QUERY;

    /** The name as metrics have it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
