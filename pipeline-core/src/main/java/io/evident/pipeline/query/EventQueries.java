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
    /** Answers a query with a page of events: a {@link QueryAnswer.Page} or {@link QueryAnswer.Refused}. */
    QueryAnswer query(EventQuery query) throws IOException;

    /**
     * Answers a query with a page in a form. What the form wrote may be kept as long as it is the answer, and is given again
     * to who asks the same with the same form.
     *
     * @return a {@link QueryAnswer.WrittenPage} or {@link QueryAnswer.Refused}, the form's refusals too
     */
    default QueryAnswer query(EventQuery query, PageForm form) throws IOException {
        QueryAnswer answer = query(query);
        return answer instanceof QueryAnswer.Page page ? form.write(page) : answer;
    }

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
