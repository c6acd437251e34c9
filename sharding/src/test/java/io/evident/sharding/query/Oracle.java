package io.evident.sharding.query;

import io.evident.event.AuditEvent;
import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.filter.FieldCondition;
import io.evident.pipeline.filter.FilterField;
import io.evident.pipeline.filter.ValuePattern;
import io.evident.pipeline.query.EventQuery;
import io.evident.pipeline.query.StoredEvent;
import io.evident.pipeline.query.TimeRange;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

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
        return matching(all, query.filter(), query.range())
                .sorted(order(query.order()))
                .toList();
    }

    static Comparator<Known> order(EventQuery.Order order) {
        Comparator<Known> oldestFirst = Comparator.comparing(
                        (Known known) -> known.event().timeNs())
                .thenComparing(Known::shard)
                .thenComparing(Known::incarnation)
                .thenComparing(Known::sequence);
        return order == EventQuery.Order.ASC ? oldestFirst : oldestFirst.reversed();
    }

    static Stream<Known> matching(List<Known> all, EventFilter filter, TimeRange range) {
        return all.stream()
                .filter(known -> range.fromNs() == null || known.event().timeNs() >= range.fromNs())
                .filter(known -> range.toNs() == null || known.event().timeNs() < range.toNs())
                .filter(known -> matches(filter, known.event()));
    }

    /** How many events there are of each value. */
    static Map<String, Long> values(Stream<Known> events, FilterField field) {
        Map<String, Long> counts = new TreeMap<>();
        events.forEach(known -> {
            Stream<String> values = field == FilterField.RESOURCE
                    ? Stream.of(known.event().resourceType())
                    : valuesOf(known.event(), field).distinct();
            values.forEach(value -> counts.merge(value, 1L, Long::sum));
        });
        return counts;
    }

    static boolean matches(EventFilter filter, AuditEvent event) {
        return filter.scope().contains(event.tenant())
                && filter.conditions().stream().allMatch(condition -> holds(condition, event))
                && (filter.text() == null || contains(event, filter.text()));
    }

    private static boolean contains(AuditEvent event, String text) {
        String attributes = event.attributes();
        return attributes != null && attributes.toLowerCase(Locale.ROOT).contains(text.toLowerCase(Locale.ROOT));
    }

    private static boolean holds(FieldCondition condition, AuditEvent event) {
        boolean hasOne = valuesOf(event, condition.field())
                .anyMatch(value -> condition.values().stream().anyMatch(pattern -> fits(pattern, value)));
        return hasOne != condition.negated();
    }

    private static boolean fits(ValuePattern pattern, String value) {
        return switch (pattern.kind()) {
            case EXACT -> value.equals(pattern.text());
            case PREFIX -> value.startsWith(pattern.text());
            case NETWORK -> value.startsWith(networkStart(pattern.text()));
        };
    }

    /** The networks of these tests end at a dot. */
    private static String networkStart(String network) {
        return switch (network) {
            case "10.0.0.0/8" -> "10.";
            case "10.1.0.0/16" -> "10.1.";
            default -> throw new IllegalArgumentException(network);
        };
    }

    private static Stream<String> valuesOf(AuditEvent event, FilterField field) {
        Stream<String> values = switch (field) {
            case TENANT -> Stream.of(event.tenant());
            case STREAM -> Stream.of(text(event.stream()));
            case ACTOR -> Stream.of(event.actorId());
            case ACTION -> Stream.of(event.action());
            case CATEGORY -> Stream.of(text(event.category()));
            case RESOURCE -> Stream.of(event.resourceId(), event.resourceType() + "/" + event.resourceId());
            case OUTCOME -> Stream.of(event.outcome().text());
            case SEVERITY -> Stream.of(event.severity().name());
            case LABEL -> event.labels().stream();
            case IP -> Stream.of(text(event.actorIp()));
        };
        return values.filter(value -> !value.isEmpty());
    }

    private static String text(String value) {
        return Objects.requireNonNullElse(value, "");
    }
}
