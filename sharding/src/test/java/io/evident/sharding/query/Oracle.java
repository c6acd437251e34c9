package io.evident.sharding.query;

import io.evident.event.AuditEvent;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.query.EventFilter;
import io.evident.pipeline.query.EventQuery;
import io.evident.pipeline.query.StoredEvent;
import java.util.Comparator;
import java.util.List;

/** The answer to a query the plain way: look at every event, sort, cut. */
final class Oracle {
    record Known(AuditEvent event, int shard, int incarnation, long sequence) {
        String identity() {
            return shard + "/" + incarnation + "/" + sequence;
        }
    }

    private Oracle() {}

    static String identity(StoredEvent event) {
        return event.shard() + "/" + event.incarnation() + "/" + event.sequence();
    }

    static List<Known> answer(List<Known> all, EventQuery query) {
        Comparator<Known> oldestFirst = Comparator.comparing(
                        (Known known) -> known.event().timeNs())
                .thenComparing(Known::shard)
                .thenComparing(Known::incarnation)
                .thenComparing(Known::sequence);
        return all.stream()
                .filter(known -> query.fromNs() == null || known.event().timeNs() >= query.fromNs())
                .filter(known -> query.toNs() == null || known.event().timeNs() < query.toNs())
                .filter(known -> matches(query.filter(), known.event()))
                .sorted(query.order() == EventQuery.Order.ASC ? oldestFirst : oldestFirst.reversed())
                .toList();
    }

    static boolean matches(EventFilter filter, AuditEvent event) {
        return visible(filter.scope(), event)
                && is(filter.tenant(), event.tenant())
                && is(filter.stream(), event.stream())
                && is(filter.actor(), event.actorId())
                && is(filter.action(), event.action())
                && (is(filter.resource(), event.resourceId())
                        || is(filter.resource(), event.resourceType() + "/" + event.resourceId()))
                && is(filter.outcome(), event.outcome())
                && is(filter.severity(), event.severity())
                && (filter.label() == null || event.labels().contains(filter.label()));
    }

    private static boolean visible(TenantScope scope, AuditEvent event) {
        return scope.contains(event.tenant());
    }

    private static boolean is(Object wanted, Object found) {
        return wanted == null || wanted.equals(found);
    }
}
