package io.evident.client.read.answer;

import java.util.List;

/**
 * How matching events are distributed over the values of a field.
 *
 * @param by the field's name
 * @param count all events that match
 * @param values those with the most events first
 * @param otherValues how many further values there are, which the limit left out
 * @param unreadable what may belong to them and cannot be read; empty unless the query allows incomplete answers
 */
public record EventFacets(
        String by, long count, List<Facet> values, long otherValues, List<UnreadablePart> unreadable) {
    public EventFacets {
        values = List.copyOf(values);
        unreadable = List.copyOf(unreadable);
    }

    /**
     * One value of the field.
     *
     * @param value the value
     * @param count events that have it
     */
    public record Facet(String value, long count) {}
}
