package io.evident.client.read.answer;

import io.evident.event.EventTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * How matching events are distributed over event time.
 *
 * @param interval the length of a bucket
 * @param count all events that match
 * @param buckets the oldest first; those without events are left out
 * @param unreadable what may belong to them and cannot be read; empty unless the query allows incomplete answers
 */
public record EventHistogram(Duration interval, long count, List<Bucket> buckets, List<UnreadablePart> unreadable) {
    public EventHistogram {
        buckets = List.copyOf(buckets);
        unreadable = List.copyOf(unreadable);
    }

    /**
     * One step of time.
     *
     * @param fromNs where it begins, in nanoseconds since 1970
     * @param count events in it
     */
    public record Bucket(long fromNs, long count) {
        /** Where it begins. */
        public Instant from() {
            return EventTime.toInstant(fromNs);
        }
    }
}
