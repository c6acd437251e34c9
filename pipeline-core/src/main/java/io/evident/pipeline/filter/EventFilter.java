package io.evident.pipeline.filter;

import io.evident.pipeline.admission.TenantScope;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * Which events are wanted: those within the scope that meet every condition. Immutable; equal filters ask the same.
 *
 * @param scope the tenants the caller may see; always applies
 * @param conditions in a fixed order, without repetition
 * @param text what the attributes have to contain, as they were sent, upper and lower case of ASCII letters being the same;
 *     {@code null} for no such wish. No index helps with it: every event that meets the conditions is read
 */
public record EventFilter(TenantScope scope, List<FieldCondition> conditions, String text) {
    /** Most conditions of a filter. */
    public static final int MAX_CONDITIONS = 32;

    private static final Comparator<FieldCondition> ORDER = Comparator.comparing(FieldCondition::field)
            .thenComparing(FieldCondition::negated)
            .thenComparing(condition -> condition.values().toString());

    /** Orders the conditions. */
    public EventFilter {
        Objects.requireNonNull(scope, "scope");
        conditions = conditions.stream().distinct().sorted(ORDER).toList();
        if (conditions.size() > MAX_CONDITIONS) {
            throw new IllegalArgumentException(conditions.size() + " conditions are more than " + MAX_CONDITIONS);
        }
        if (text != null && text.isEmpty()) {
            throw new IllegalArgumentException("an empty text asks for nothing");
        }
    }

    /** Everything within a scope. */
    public static EventFilter all(TenantScope scope) {
        return new EventFilter(scope, List.of(), null);
    }

    /** The same with one condition more. */
    public EventFilter and(FieldCondition condition) {
        List<FieldCondition> more = new ArrayList<>(conditions);
        more.add(condition);
        return new EventFilter(scope, more, text);
    }

    /** The same with one condition more: that a field has exactly this value. */
    public EventFilter and(FilterField field, String value) {
        return and(FieldCondition.is(field, value));
    }

    /** The same with a text that the attributes have to contain. */
    public EventFilter containing(String wanted) {
        return new EventFilter(scope, conditions, wanted);
    }

    /** The one value that a field must have, or {@code null} when several are possible or it is not asked for. */
    public String soleValue(FilterField field) {
        for (FieldCondition condition : conditions) {
            if (condition.field() == field
                    && !condition.negated()
                    && condition.values().size() == 1) {
                ValuePattern value = condition.values().get(0);
                if (value.kind() == ValuePattern.Kind.EXACT) {
                    return value.text();
                }
            }
        }
        return null;
    }

    /** The one tenant whose events can match, or {@code null} when there may be several. */
    public String soleTenant() {
        String named = soleValue(FilterField.TENANT);
        return named != null ? named : scope.soleTenant();
    }
}
