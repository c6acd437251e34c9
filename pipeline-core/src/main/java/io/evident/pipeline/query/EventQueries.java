package io.evident.pipeline.query;

import io.evident.pipeline.admission.TenantScope;
import java.io.IOException;
import java.util.List;
import java.util.UUID;

/**
 * Answers about what was journaled. Reads files, so it is called on query threads, never on a network thread.
 * Thread-safe. An event whose JOURNALED receipt was sent before the call is seen.
 */
public interface EventQueries {
    /** Answers a query. */
    QueryAnswer query(EventQuery query) throws IOException;

    /**
     * The cursor with which a query goes on behind an event, as if a page had ended there.
     *
     * @return {@code null} when no event that the query asks for has this id
     */
    String cursorBehind(EventQuery query, UUID id) throws IOException;

    /** Counts. */
    SummaryAnswer summarize(SummaryQuery query) throws IOException;

    /**
     * Every event with this id within the scope: ids are unique per tenant, so there may be one for each tenant.
     *
     * @throws PartlyUnreadableException when none was found, and it may be where a failed volume cannot be read
     */
    List<StoredEvent> find(UUID id, TenantScope scope) throws IOException;
}
