package io.evident.load.follow;

import io.evident.event.AuditEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/** Whether every follower got exactly the stored events that match its filter, each once. */
final class FollowCheck {
    private final IntPredicate isUnknown;
    private final Map<FollowerFilter, List<Integer>> expected = new HashMap<>();

    private long lost;
    private long repeated;
    private long foreign;

    /**
     * Makes all events once more, to find out whose they are.
     *
     * @param count how many were sent
     * @param isStored whether an event has its receipt
     * @param isUnknown whether nobody knows if an event is stored
     */
    FollowCheck(
            LiveEvents events, int count, IntPredicate isStored, IntPredicate isUnknown, List<FollowerFilter> filters) {
        this.isUnknown = isUnknown;
        filters.forEach(filter -> expected.put(filter, new ArrayList<>()));
        for (int number = 0; number < count; number++) {
            if (isStored.test(number)) {
                AuditEvent event = events.event(number);
                expect(FollowerFilter.ofActor(event), number);
                expect(FollowerFilter.ofAction(event), number);
            }
        }
    }

    private void expect(FollowerFilter filter, int number) {
        List<Integer> numbers = expected.get(filter);
        if (numbers != null) {
            numbers.add(number);
        }
    }

    /** How many events a follower has to get. */
    int expected(FollowerFilter filter) {
        return expected.get(filter).size();
    }

    /** Compares what a follower got. */
    void compare(FollowerFilter filter, long[] received) {
        long[] sorted = received.clone();
        Arrays.sort(sorted);
        long[] wanted =
                expected.get(filter).stream().mapToLong(Integer::longValue).toArray();
        int at = 0;
        for (int i = 0; i < sorted.length; i++) {
            boolean again = i > 0 && sorted[i] == sorted[i - 1] && sorted[i] >= 0;
            while (at < wanted.length && wanted[at] < sorted[i]) {
                lost++;
                at++;
            }
            if (again) {
                repeated++;
            } else if (at < wanted.length && wanted[at] == sorted[i]) {
                at++;
            } else if (sorted[i] < 0 || !isUnknown.test((int) sorted[i])) {
                foreign++;
            }
        }
        lost += wanted.length - at;
    }

    /** Events with a receipt that did not come to a follower that wants them. */
    long lost() {
        return lost;
    }

    /** Events that came to a follower more than once. */
    long repeated() {
        return repeated;
    }

    /** Events that came to a follower that does not want them, or were never stored. */
    long foreign() {
        return foreign;
    }
}
