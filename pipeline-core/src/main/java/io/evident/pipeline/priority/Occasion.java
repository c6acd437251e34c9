package io.evident.pipeline.priority;

import java.util.Objects;

/**
 * A time window in which a stream is protected.
 *
 * @param stream the stream, in whichever tenant
 * @param fromNs begin, inclusive, nanoseconds since 1970
 * @param toNs end, exclusive
 */
public record Occasion(String stream, long fromNs, long toNs) {
    public Occasion {
        Objects.requireNonNull(stream, "stream");
        if (fromNs >= toNs) {
            throw new IllegalArgumentException("occasion of stream " + stream + " ends before it begins");
        }
    }

    boolean isActiveAt(long timeNs) {
        return timeNs >= fromNs && timeNs < toNs;
    }
}
