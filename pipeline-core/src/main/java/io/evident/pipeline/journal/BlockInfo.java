package io.evident.pipeline.journal;

import io.evident.event.Lane;

/**
 * What is known of a journaled block without reading its events.
 *
 * @param segment the segment that holds it, a number that its {@link BlockSource} understands
 * @param position where its envelope begins in the segment's file, in bytes
 * @param lengthBytes envelope and events together
 * @param incarnation the shard's opening in which it was written
 * @param epoch the epoch of the shard map under which it was routed
 * @param lane the lane all its events went through
 * @param firstSequence the sequence of its first event
 * @param count its number of events, at least 1
 * @param minTimeNs smallest event time, nanoseconds since 1970
 * @param maxTimeNs largest event time
 */
public record BlockInfo(
        int segment,
        long position,
        int lengthBytes,
        int incarnation,
        int epoch,
        Lane lane,
        long firstSequence,
        int count,
        long minTimeNs,
        long maxTimeNs) {

    /** The sequence of the last event. */
    public long lastSequence() {
        return firstSequence + count - 1;
    }
}
