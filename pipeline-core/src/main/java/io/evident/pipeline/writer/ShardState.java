package io.evident.pipeline.writer;

/** Whether a shard still takes events. */
public enum ShardState {
    /** All is well. */
    OPEN,
    /**
     * An append or a force failed, and there is a standby volume: the shard goes over to that, which its writer does next.
     * What waited for SYNCED is refused as unknown; then the shard is OPEN again, in a new incarnation, or FAILED.
     */
    FAILING_OVER,
    /** An append or a force failed: nothing more is written or called SYNCED until the next start. */
    FAILED,
    /** It was given up before the start, and is open for reading only: nothing is sent to it, and nothing is left to be done. */
    SEALED;

    /** The name in answers: lower-case with hyphens. */
    public String text() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
}
