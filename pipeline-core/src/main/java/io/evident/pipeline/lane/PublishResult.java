package io.evident.pipeline.lane;

/** What became of an attempt to publish. */
public enum PublishResult {
    /** The event is in its lane. */
    PUBLISHED,
    /** The ring or the overflow pool has no room. */
    LANE_FULL
}
