package io.evident.pipeline.query;

import io.evident.event.Refusal;
import io.evident.pipeline.journal.UnreadablePart;
import java.util.List;

/** What a {@link SummaryQuery} comes back with. */
public sealed interface SummaryAnswer {
    /**
     * The numbers.
     *
     * @param count all events that match
     * @param groups as the query's grouping says; empty for {@link SummaryQuery.Total}
     * @param otherGroups groups that the limit left out
     * @param cacheHit whether it came from the cache
     * @param unreadable what may belong to the answer and cannot be read, as its volume has failed; by shard and sequence
     */
    record Summary(long count, List<Group> groups, long otherGroups, boolean cacheHit, List<UnreadablePart> unreadable)
            implements SummaryAnswer {}

    /**
     * Events that have something in common.
     *
     * @param value the field's value; {@code null} for a step of time
     * @param fromNs where the step of time begins; 0 for a value
     * @param count how many
     */
    record Group(String value, long fromNs, long count) {}

    /** No answer, for a typed reason. */
    record Refused(Refusal refusal) implements SummaryAnswer {}
}
