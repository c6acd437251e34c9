package io.evident.pipeline.writer;

/** Whether a shard still takes events. It only ever moves down this list, until the next start. */
public enum ShardState {
    /** All is well. */
    OPEN,
    /** An append or a force failed: nothing more is written or called SYNCED by this incarnation. */
    FAILED
}
