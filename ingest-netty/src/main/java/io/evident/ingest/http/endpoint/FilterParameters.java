package io.evident.ingest.http.endpoint;

import io.evident.event.EventTimeText;
import io.evident.ingest.http.QueryParameters;
import io.evident.pipeline.admission.Principal;
import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.filter.FieldCondition;
import io.evident.pipeline.filter.FilterField;
import io.evident.pipeline.filter.FilterText;
import io.evident.pipeline.query.EventQuery;
import io.evident.pipeline.query.TimeRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads filters and queries from query parameters; what is wrong stands in {@link QueryParameters#refusal}. Stateless. */
final class FilterParameters {
    /** Characters that a text has at least: of fewer, nearly every event has one. */
    static final int MIN_TEXT_CHARACTERS = 3;
    /** Characters that a text has at most. */
    static final int MAX_TEXT_CHARACTERS = 256;
    /** What every question about events may be narrowed by. */
    static final Set<String> FILTER = Stream.concat(
                    Stream.of("text"),
                    Arrays.stream(FilterField.values())
                            .flatMap(field -> Stream.of(name(field, false), name(field, true))))
            .collect(Collectors.toUnmodifiableSet());
    /** The same and the time. */
    static final Set<String> RANGE = with(FILTER, "from", "to");
    /** The same and what belongs to a page. */
    static final Set<String> QUERY = with(RANGE, "order", "limit", "cursor");

    private FilterParameters() {}

    /** Some parameters and more. */
    static Set<String> with(Set<String> parameters, String... more) {
        return Stream.concat(parameters.stream(), Stream.of(more)).collect(Collectors.toUnmodifiableSet());
    }

    /** The name of a field's parameter: {@code action=...} asks for values, {@code action!=...} for none of them. */
    private static String name(FilterField field, boolean negated) {
        return negated ? field.text() + "!" : field.text();
    }

    /** What is asked of one field, or {@code null} when nothing is, or nothing that can be understood. */
    static FieldCondition condition(QueryParameters p, FilterField field, boolean negated) {
        String text = p.text(name(field, negated));
        if (text == null) {
            return null;
        }
        FilterText.Reading reading = FilterText.read(field, negated, text);
        if (reading.complaint() != null) {
            p.refuse(name(field, negated), reading.complaint());
        }
        return reading.condition();
    }

    static EventFilter filter(Principal caller, QueryParameters p) {
        List<FieldCondition> conditions = new ArrayList<>();
        for (FilterField field : FilterField.values()) {
            for (boolean negated : new boolean[] {false, true}) {
                FieldCondition condition = condition(p, field, negated);
                if (condition != null) {
                    conditions.add(condition);
                }
            }
        }
        FieldCondition tenants = condition(p, FilterField.TENANT, false);
        return new EventFilter(TenantParameter.scope(caller, p, tenants), conditions, text(p));
    }

    private static String text(QueryParameters p) {
        return p.read(
                "text",
                FilterParameters::textOfGoodLength,
                null,
                "a text of " + MIN_TEXT_CHARACTERS + " to " + MAX_TEXT_CHARACTERS + " characters");
    }

    private static String textOfGoodLength(String text) {
        int characters = text.codePointCount(0, text.length());
        return characters >= MIN_TEXT_CHARACTERS && characters <= MAX_TEXT_CHARACTERS ? text : null;
    }

    static TimeRange range(QueryParameters p) {
        Long fromNs = p.read("from", FilterParameters::timeNs, null, "an RFC 3339 time; write + as %2B");
        Long toNs = p.read("to", FilterParameters::timeNs, null, "an RFC 3339 time; write + as %2B");
        TimeRange range = new TimeRange(fromNs, toNs);
        if (range.isReversed()) {
            p.refuse("from", "is later than to");
        }
        return range;
    }

    private static Long timeNs(String text) {
        EventTimeText reader = new EventTimeText();
        return reader.parse(text) == null ? reader.ns() : null;
    }

    static EventQuery query(Principal caller, QueryParameters p) {
        int limit = limit(p, EventQuery.DEFAULT_LIMIT, EventQuery.MAX_LIMIT);
        return new EventQuery(filter(caller, p), range(p), order(p), limit, p.text("cursor"));
    }

    /** How many at most, from 1 on. */
    static int limit(QueryParameters p, int otherwise, int max) {
        return p.read(
                "limit",
                text -> {
                    int limit = text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 0;
                    return limit >= 1 && limit <= max ? limit : null;
                },
                otherwise,
                "a whole number from 1 to " + max);
    }

    static EventQuery.Order order(QueryParameters p) {
        return p.read(
                "order",
                text -> switch (text) {
                    case "asc" -> EventQuery.Order.ASC;
                    case "desc" -> EventQuery.Order.DESC;
                    default -> null;
                },
                EventQuery.Order.DESC,
                "asc or desc");
    }
}
