package io.evident.ingest;

import io.evident.event.wire.FrameLayout;

/**
 * What one TCP connection may cost. Reaching a limit is a typed refusal or a farewell.
 *
 * @param maxFrameBytes longest frame that is read, its length field included, at least
 *     {@link FrameLayout#MIN_MAX_FRAME_BYTES}; 1 MiB by default
 * @param maxBatchEvents most events of one frame; 1,000 by default
 * @param windowEvents events of one connection that may wait for their answer; one more is refused with 429; 16,384 by
 *     default
 * @param helloTimeoutMs from the opening of a connection to its hello; 5,000 by default
 * @param frameTimeoutMs from the first byte of a frame to its last; 30,000 by default
 * @param idleTimeoutMs how long a connection without any frame or unanswered event stays open; 600,000 by default
 * @param writeStallTimeoutMs how long a client may leave its answers unread; 30,000 by default
 */
public record TcpLimits(
        int maxFrameBytes,
        int maxBatchEvents,
        int windowEvents,
        long helloTimeoutMs,
        long frameTimeoutMs,
        long idleTimeoutMs,
        long writeStallTimeoutMs) {

    public TcpLimits {
        if (maxFrameBytes < FrameLayout.MIN_MAX_FRAME_BYTES) {
            throw new IllegalArgumentException("maxFrameBytes is " + maxFrameBytes + "; it has to be at least "
                    + FrameLayout.MIN_MAX_FRAME_BYTES);
        }
        if (maxBatchEvents < 1 || maxBatchEvents > FrameLayout.MAX_GROUP_ENTRIES) {
            throw new IllegalArgumentException("maxBatchEvents is " + maxBatchEvents + "; it has to be 1 to "
                    + FrameLayout.MAX_GROUP_ENTRIES);
        }
        Limits.atLeastOne("windowEvents", windowEvents);
        Limits.atLeastOne("helloTimeoutMs", helloTimeoutMs);
        Limits.atLeastOne("frameTimeoutMs", frameTimeoutMs);
        Limits.atLeastOne("idleTimeoutMs", idleTimeoutMs);
        Limits.atLeastOne("writeStallTimeoutMs", writeStallTimeoutMs);
    }

    /** The shipped limits. */
    public static TcpLimits defaults() {
        return new TcpLimits(
                FrameLayout.DEFAULT_MAX_FRAME_BYTES,
                FrameLayout.DEFAULT_MAX_BATCH_EVENTS,
                16_384,
                5_000,
                30_000,
                600_000,
                30_000);
    }
}
