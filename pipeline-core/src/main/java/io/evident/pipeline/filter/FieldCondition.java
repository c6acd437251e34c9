package io.evident.pipeline.filter;

import java.util.List;
import java.util.Objects;

/**
 * What a filter asks of one field: that it has one of some values, or none of them. A field that is absent has none.
 *
 * @param negated whether none of the values is wanted
 * @param values in a fixed order and without repetition, so that equal conditions are equal; at least one
 */
public record FieldCondition(FilterField field, boolean negated, List<ValuePattern> values) {
    /** Most values of one condition. */
    public static final int MAX_VALUES = 256;

    /**
     * Orders the values.
     *
     * @throws IllegalArgumentException for no value, or more than {@value #MAX_VALUES}
     */
    public FieldCondition {
        Objects.requireNonNull(field, "field");
        values = values.stream()
                .distinct()
                .sorted((a, b) -> a.kind() != b.kind()
                        ? a.kind().compareTo(b.kind())
                        : a.text().compareTo(b.text()))
                .toList();
        if (values.isEmpty() || values.size() > MAX_VALUES) {
            throw new IllegalArgumentException(values.size() + " values are not 1 to " + MAX_VALUES);
        }
    }

    /** That a field has exactly this value. */
    public static FieldCondition is(FilterField field, String value) {
        return new FieldCondition(field, false, List.of(ValuePattern.exactly(value)));
    }
}
