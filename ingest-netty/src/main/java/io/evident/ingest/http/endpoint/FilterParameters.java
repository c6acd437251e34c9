package io.evident.ingest.http.endpoint;

import io.evident.event.EventTimeText;
import io.evident.event.Outcome;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.Severity;
import io.evident.ingest.http.QueryParameters;
import io.evident.pipeline.admission.Principal;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.query.EventFilter;
import io.evident.pipeline.query.EventQuery;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads filters and queries from query parameters; what is wrong stands in {@link QueryParameters#refusal}. Stateless. */
final class FilterParameters {
    /** What every question about events may be narrowed by. */
    static final Set<String> FILTER =
            Set.of("tenant", "stream", "actor", "action", "resource", "outcome", "severity", "label");
    /** The same and what belongs to a page. */
    static final Set<String> QUERY = Stream.concat(FILTER.stream(), Stream.of("from", "to", "order", "limit", "cursor"))
            .collect(Collectors.toUnmodifiableSet());

    private FilterParameters() {}

    /** Whether a caller may read the tenant it names: {@code null}, or the refusal. */
    static Refusal checkTenant(Principal caller, QueryParameters parameters) {
        String tenant = parameters.text("tenant");
        return tenant == null || caller.mayRead(tenant)
                ? null
                : new Refusal(RefusalReason.FORBIDDEN, "tenant", "this caller may not read this tenant");
    }

    /** The tenants a question is about: the one that is named, else all that the caller may read. */
    static TenantScope scope(Principal caller, QueryParameters parameters) {
        String tenant = parameters.text("tenant");
        return tenant == null ? caller.reads() : TenantScope.only(tenant);
    }

    static EventFilter filter(Principal caller, QueryParameters p) {
        return new EventFilter(
                scope(caller, p),
                p.text("tenant"),
                p.text("stream"),
                p.text("actor"),
                p.text("action"),
                p.text("resource"),
                p.read("outcome", Outcome::ofText, null, "one of success, failure, denied, unknown"),
                p.read("severity", Severity::ofText, null, "one of P0_CRITICAL, P1_HIGH, P2_MEDIUM, P3_LOW, P4_INFO"),
                p.text("label"));
    }

    static EventQuery query(Principal caller, QueryParameters p) {
        Long fromNs = p.read("from", FilterParameters::timeNs, null, "an RFC 3339 time; write + as %2B");
        Long toNs = p.read("to", FilterParameters::timeNs, null, "an RFC 3339 time; write + as %2B");
        if (fromNs != null && toNs != null && fromNs > toNs) {
            p.refuse("from", "is later than to");
        }
        int limit = p.read(
                "limit",
                FilterParameters::limit,
                EventQuery.DEFAULT_LIMIT,
                "a whole number from 1 to " + EventQuery.MAX_LIMIT);
        EventQuery.Order order = p.read("order", FilterParameters::order, EventQuery.Order.DESC, "asc or desc");
        return new EventQuery(filter(caller, p), fromNs, toNs, order, limit, p.text("cursor"));
    }

    private static Long timeNs(String text) {
        EventTimeText reader = new EventTimeText();
        return reader.parse(text) == null ? reader.ns() : null;
    }

    private static Integer limit(String text) {
        if (!text.matches("[0-9]{1,9}")) {
            return null;
        }
        int limit = Integer.parseInt(text);
        return limit >= 1 && limit <= EventQuery.MAX_LIMIT ? limit : null;
    }

    private static EventQuery.Order order(String text) {
        return switch (text) {
            case "asc" -> EventQuery.Order.ASC;
            case "desc" -> EventQuery.Order.DESC;
            default -> null;
        };
    }
}
