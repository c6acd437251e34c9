package io.evident.pipeline.query;

import io.evident.event.Refusal;
import io.evident.pipeline.journal.UnreadablePart;
import java.util.List;

/** What a query comes back with: a page, or the reason why there is none. */
public sealed interface QueryAnswer {
    /**
     * One page.
     *
     * @param events in the query's order
     * @param cursor what to ask the next page with, or {@code null} when this was the last
     * @param cacheHit whether it came from the cache
     * @param unreadable what may belong to the answer and cannot be read, as its volume has failed; by shard and sequence
     */
    record Page(List<StoredEvent> events, String cursor, boolean cacheHit, List<UnreadablePart> unreadable)
            implements QueryAnswer {
        /** A page of what can all be read. */
        public Page(List<StoredEvent> events, String cursor, boolean cacheHit) {
            this(events, cursor, cacheHit, List.of());
        }
    }

    /**
     * One page as a {@link PageForm} wrote it; only who asks with a form gets it.
     *
     * @param events the written events: pieces one behind the other, which nobody changes and several answers may share
     * @param cursor what to ask the next page with, or {@code null} when this was the last
     * @param cacheHit whether it came from the cache
     * @param unreadable as of a {@link Page}
     */
    record WrittenPage(List<byte[]> events, String cursor, boolean cacheHit, List<UnreadablePart> unreadable)
            implements QueryAnswer {
        /** A page that was just written. */
        public static WrittenPage of(Page page, List<byte[]> events) {
            return new WrittenPage(List.copyOf(events), page.cursor(), page.cacheHit(), page.unreadable());
        }
    }

    /** No answer, for a typed reason: a cursor of another query, a query that would cost too much. */
    record Refused(Refusal refusal) implements QueryAnswer {}
}
