package io.evident.pipeline.ledger;

/**
 * Counts the stored events of a block before the counters that many threads share learn of them: they are then touched once
 * for each tenant and not once for each event. One thread.
 */
final class StoredBurst {
    /** More than a block mostly has tenants, a power of two. */
    private static final int PLACES = 64;

    private final LaneCounters[] of = new LaneCounters[PLACES];
    private final int[] events = new int[PLACES];
    private final int[] taken = new int[PLACES];
    private int takenCount;

    void count(LaneCounters counters) {
        int place = counters.index() / TenantCounters.SETS & (PLACES - 1);
        if (of[place] != counters) {
            take(place, counters);
        }
        events[place]++;
    }

    /** Whoever had the place is told of at once. */
    private void take(int place, LaneCounters counters) {
        if (of[place] == null) {
            taken[takenCount++] = place;
        } else {
            of[place].countStored(events[place]);
        }
        of[place] = counters;
        events[place] = 0;
    }

    /** Tells all counters. */
    void tell() {
        for (int i = 0; i < takenCount; i++) {
            int place = taken[i];
            of[place].countStored(events[place]);
            of[place] = null;
            events[place] = 0;
        }
        takenCount = 0;
    }
}
