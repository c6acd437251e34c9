package io.evident.pipeline.writer;

import java.util.Locale;

/** Why the CRITICAL events of a shard take the emergency path. */
public enum EmergencyReason {
    /** The CRITICAL lane, or the pool of buffers for large events, is full. */
    LANE_FULL,
    /** The shard's writer makes no progress. */
    WRITER_STALLED,
    /** An append or a force failed. */
    SHARD_FAILED,
    /** An append or a force failed, and the shard goes over to its standby volume. */
    FAILING_OVER,
    /**
     * The shard's journal has no room, not even in the reserve, or cannot begin its next segment; the emergency journal was
     * written ahead.
     */
    DISK_FULL,
    /** Events from before the start are still to be folded in. */
    LEFT_OVER;

    /** The name in reports: lower-case with hyphens. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
