package io.evident.pipeline.filter;

import java.util.Locale;

/** What a filter can ask about, by the name that queries and commands use. */
public enum FilterField {
    TENANT,
    STREAM,
    /** The actor's id. */
    ACTOR,
    ACTION,
    CATEGORY,
    /** The resource's id, or its type and id as {@code type/id}. */
    RESOURCE,
    /** Of a closed vocabulary: no prefix can be asked for. */
    OUTCOME,
    /** Of a closed vocabulary: no prefix can be asked for. */
    SEVERITY,
    /** One of the event's labels. */
    LABEL,
    /** Where the actor is: an address, a network such as {@code 10.1.0.0/16}, or a host name. */
    IP;

    private static final FilterField[] ALL = values();

    private final String text = name().toLowerCase(Locale.ROOT);

    /** The name in queries, for example {@code actor}. */
    public String text() {
        return text;
    }

    /** The field of a name, or {@code null}. */
    public static FilterField ofText(String name) {
        for (FilterField field : ALL) {
            if (field.text.equals(name)) {
                return field;
            }
        }
        return null;
    }
}
