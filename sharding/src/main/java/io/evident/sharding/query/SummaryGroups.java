package io.evident.sharding.query;

import io.evident.pipeline.query.SummaryQuery;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a count has found so far, in all shards together: as many groups as an answer may need, and no more. Thread-safe while
 * it grows; its maps are read when nobody adds any more.
 */
final class SummaryGroups {
    /** Most values of an answer, and of what one part of an index has besides; an answer with more is refused. */
    static final int MAX_VALUES = 1_000_000;

    private final Map<String, long[]> byValue = new HashMap<>();
    private final Map<Long, long[]> byStep = new TreeMap<>();
    private long count;
    private volatile boolean over;

    /** Adds what was found in one place, the numbers as the only elements; says whether to go on. */
    synchronized boolean add(long events, Map<String, long[]> values, Map<Long, long[]> steps) {
        count += events;
        addAll(values, byValue);
        addAll(steps, byStep);
        over |= areTooMany();
        return !over;
    }

    private static <K> void addAll(Map<K, long[]> found, Map<K, long[]> sums) {
        found.forEach((group, events) -> sums.computeIfAbsent(group, key -> new long[1])[0] += events[0]);
    }

    /** There will be no answer: whoever still looks for something may stop. */
    void end() {
        over = true;
    }

    /** Whether there will be no answer: there are too many groups, or what they are found with is used up. */
    boolean isOver() {
        return over;
    }

    synchronized boolean areTooMany() {
        return byValue.size() > MAX_VALUES || byStep.size() > SummaryQuery.MAX_GROUPS;
    }

    synchronized long count() {
        return count;
    }

    /** How many events there are of each value, the number as the only element. */
    synchronized Map<String, long[]> byValue() {
        return byValue;
    }

    /** How many events there are in each step of time, the number as the only element; in the order of time. */
    synchronized Map<Long, long[]> byStep() {
        return byStep;
    }
}
