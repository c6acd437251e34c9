package io.evident.pipeline.query;

import io.evident.pipeline.filter.EventFilter;
import java.util.Objects;

/**
 * A question about the past.
 *
 * @param order by event time, then shard, incarnation, sequence
 * @param limit most events of the answer, 1 to {@value #MAX_LIMIT}
 * @param cursor where the previous page ended, as it was given, or {@code null} for the first page
 */
public record EventQuery(EventFilter filter, TimeRange range, Order order, int limit, String cursor) {
    /** The largest page. */
    public static final int MAX_LIMIT = 1_000;
    /** The page of a query that names none. */
    public static final int DEFAULT_LIMIT = 100;

    /** The direction of an answer. */
    public enum Order {
        /** Newest first. */
        DESC,
        /** Oldest first. */
        ASC
    }

    public EventQuery {
        Objects.requireNonNull(filter, "filter");
        Objects.requireNonNull(range, "range");
        Objects.requireNonNull(order, "order");
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("limit " + limit + " is not within 1 to " + MAX_LIMIT);
        }
    }
}
