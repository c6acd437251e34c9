package io.evident.event;

/**
 * The variable-length fields of an event in the order in which the binary layout holds them, each with its name in JSON
 * and its limit in UTF-8 bytes. An absent optional field has length 0 in the layout; an empty one is refused, so the two
 * cannot be confused.
 */
public enum EventField {
    TENANT("tenant", 128, true),
    STREAM("stream", 256, false),
    ACTOR_ID("actor.id", 2048, true),
    ACTOR_IP("actor.ip", 256, false),
    ACTOR_AGENT("actor.agent", 2048, false),
    ACTION("action", 256, true),
    CATEGORY("category", 128, false),
    RESOURCE_TYPE("resource.type", 256, true),
    RESOURCE_ID("resource.id", 2048, true),
    /** A JSON object, kept byte for byte. */
    ATTRIBUTES("attributes", EventLimits.ATTRIBUTES_BYTES, false),
    /** Filled in by the server: the address the event came from. */
    RECEIVED_FROM("receivedFrom", 256, false);

    private static final EventField[] IN_ORDER = values();

    private final String jsonName;
    private final int maxBytes;
    private final boolean required;

    EventField(String jsonName, int maxBytes, boolean required) {
        this.jsonName = jsonName;
        this.maxBytes = maxBytes;
        this.required = required;
    }

    /** The number of variable-length fields. */
    public static int count() {
        return IN_ORDER.length;
    }

    /** The field at a position of the layout, 0 to {@link #count()} - 1. */
    public static EventField at(int ordinal) {
        return IN_ORDER[ordinal];
    }

    /** The dotted name as senders know it, for example {@code actor.id}. */
    public String jsonName() {
        return jsonName;
    }

    /** The longest value that is accepted, in UTF-8 bytes. */
    public int maxBytes() {
        return maxBytes;
    }

    /** Whether an event without it is refused. */
    public boolean required() {
        return required;
    }

    /** Bytes of the length that stands before the value in the binary layout: 4 for attributes, else 2. */
    int lengthBytes() {
        return this == ATTRIBUTES ? Integer.BYTES : Short.BYTES;
    }
}
