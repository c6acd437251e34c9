package io.evident.client.read;

import java.util.Locale;

/** What a query can ask about. */
public enum ReadField {
    TENANT,
    STREAM,
    /** The actor's id. */
    ACTOR,
    ACTION,
    CATEGORY,
    /** The resource's id, or its type and id as {@code type/id}. */
    RESOURCE,
    /** {@code success}, {@code failure}, {@code denied}, {@code unknown}; no prefix. */
    OUTCOME,
    /** {@code P0_CRITICAL} to {@code P4_INFO}; no prefix. */
    SEVERITY,
    /** One of the event's labels. */
    LABEL,
    /** Where the actor is: an address, a host name, or a network; no prefix. */
    IP;

    private final String text = name().toLowerCase(Locale.ROOT);

    /** The name in a query, for example {@code actor}. */
    public String text() {
        return text;
    }

    /** Whether a query can ask for the beginning of its values. */
    public boolean takesPrefix() {
        return this != OUTCOME && this != SEVERITY && this != IP;
    }
}
