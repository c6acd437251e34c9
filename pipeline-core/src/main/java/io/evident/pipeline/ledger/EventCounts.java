package io.evident.pipeline.ledger;

import java.util.Arrays;

/** A number for each {@link LaneCounters}, by its index; grows as tenants come. One thread. */
final class EventCounts {
    private static final int LEAST_ROOM = 16;

    private long[] counts;

    EventCounts() {
        this(new long[0]);
    }

    private EventCounts(long[] counts) {
        this.counts = counts;
    }

    void increment(LaneCounters counters) {
        int index = counters.index();
        if (index >= counts.length) {
            counts = Arrays.copyOf(counts, Math.max(LEAST_ROOM, Integer.highestOneBit(index) * 2));
        }
        counts[index]++;
    }

    long get(LaneCounters counters) {
        return counters.index() < counts.length ? counts[counters.index()] : 0;
    }

    EventCounts copy() {
        return new EventCounts(counts.clone());
    }
}
