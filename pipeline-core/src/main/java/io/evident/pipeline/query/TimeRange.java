package io.evident.pipeline.query;

/**
 * Event times that are wanted, in nanoseconds since 1970.
 *
 * @param fromNs the earliest, inclusive; {@code null} for no bound
 * @param toNs the latest, exclusive; {@code null} for no bound
 */
public record TimeRange(Long fromNs, Long toNs) {
    /** All times. */
    public static final TimeRange ALWAYS = new TimeRange(null, null);

    /** Whether the bounds stand in the wrong order. Equal bounds are in order, and hold nothing. */
    public boolean isReversed() {
        return fromNs != null && toNs != null && fromNs > toNs;
    }

    /** Whether a time is wanted. */
    public boolean contains(long timeNs) {
        return (fromNs == null || timeNs >= fromNs) && (toNs == null || timeNs < toNs);
    }

    /** Whether all times between two, both inclusive, are wanted. */
    public boolean containsAll(long minTimeNs, long maxTimeNs) {
        return contains(minTimeNs) && contains(maxTimeNs);
    }

    /** Whether none of the times between two, both inclusive, is wanted. */
    public boolean misses(long minTimeNs, long maxTimeNs) {
        return (fromNs != null && maxTimeNs < fromNs) || (toNs != null && minTimeNs >= toNs);
    }
}
