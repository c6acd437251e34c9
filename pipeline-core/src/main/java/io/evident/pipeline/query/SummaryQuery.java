package io.evident.pipeline.query;

import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.filter.FilterField;
import java.util.Objects;

/**
 * How many events there are, and how they are distributed. A filter with a text cannot be summed up: it is refused.
 *
 * @param grouping by what they are told apart
 */
public record SummaryQuery(EventFilter filter, TimeRange range, Grouping grouping) {
    /** Most groups of an answer. */
    public static final int MAX_GROUPS = 10_000;

    public SummaryQuery {
        Objects.requireNonNull(filter, "filter");
        Objects.requireNonNull(range, "range");
        Objects.requireNonNull(grouping, "grouping");
    }

    /** By what events are told apart. */
    public sealed interface Grouping {}

    /** Only their number. */
    public record Total() implements Grouping {}

    /**
     * By the values of a field, those with the most events first, then by value. {@link FilterField#RESOURCE} stands for the
     * resource's type and {@link FilterField#IP} for the address as it is normally spelled.
     *
     * @param limit most values, 1 to {@value SummaryQuery#MAX_GROUPS}
     */
    public record ByField(FilterField field, int limit) implements Grouping {
        public ByField {
            Objects.requireNonNull(field, "field");
            if (limit < 1 || limit > MAX_GROUPS) {
                throw new IllegalArgumentException("limit " + limit + " is not within 1 to " + MAX_GROUPS);
            }
        }
    }

    /**
     * By event time, the oldest first, in steps that begin at multiples of the interval since 1970. Steps without events are
     * left out.
     *
     * @param intervalNs length of a step in nanoseconds, at least 1
     */
    public record ByTime(long intervalNs) implements Grouping {
        public ByTime {
            if (intervalNs < 1) {
                throw new IllegalArgumentException("an interval of " + intervalNs + " ns");
            }
        }
    }
}
