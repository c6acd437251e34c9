package io.evident.event.json;

import io.evident.event.EventField;
import java.util.HashMap;
import java.util.Map;

/** The names that may stand in an event's JSON, and those that only the server writes. */
enum EventMember {
    ID("id"),
    TIME("time"),
    TENANT(EventField.TENANT),
    STREAM(EventField.STREAM),
    ACTOR("actor"),
    ACTOR_ID(EventField.ACTOR_ID),
    ACTOR_IP(EventField.ACTOR_IP),
    ACTOR_AGENT(EventField.ACTOR_AGENT),
    ACTION(EventField.ACTION),
    CATEGORY(EventField.CATEGORY),
    RESOURCE("resource"),
    RESOURCE_TYPE(EventField.RESOURCE_TYPE),
    RESOURCE_ID(EventField.RESOURCE_ID),
    OUTCOME("outcome"),
    SEVERITY("severity"),
    LABELS("labels"),
    ATTRIBUTES(EventField.ATTRIBUTES),
    RECEIVED_TIME("receivedTime"),
    RECEIVED_FROM(EventField.RECEIVED_FROM),
    SHARD("shard"),
    INCARNATION("incarnation"),
    EPOCH("epoch"),
    SEQUENCE("sequence"),
    LANE("lane");

    private static final Map<String, EventMember> AT_TOP = childrenOf("");
    private static final Map<String, EventMember> IN_ACTOR = childrenOf("actor.");
    private static final Map<String, EventMember> IN_RESOURCE = childrenOf("resource.");

    private final String dottedName;
    private final EventField field;

    EventMember(String dottedName) {
        this.dottedName = dottedName;
        this.field = null;
    }

    EventMember(EventField field) {
        this.dottedName = field.jsonName();
        this.field = field;
    }

    private static Map<String, EventMember> childrenOf(String prefix) {
        Map<String, EventMember> children = new HashMap<>();
        for (EventMember member : values()) {
            String name = member.dottedName;
            if (name.startsWith(prefix) && name.indexOf('.', prefix.length()) < 0) {
                children.put(name.substring(prefix.length()), member);
            }
        }
        return children;
    }

    /**
     * The member of a name, or {@code null} when there is none.
     *
     * @param parent {@link #ACTOR}, {@link #RESOURCE}, or {@code null} for the event itself
     */
    static EventMember of(EventMember parent, String name) {
        Map<String, EventMember> members = parent == null ? AT_TOP : parent == ACTOR ? IN_ACTOR : IN_RESOURCE;
        return members.get(name);
    }

    /** The name as senders know it, for example {@code actor.id}. */
    String dottedName() {
        return dottedName;
    }

    /** The text field of the binary layout, or {@code null} where it is no text field. */
    EventField field() {
        return field;
    }

    /** Whether an event without it is refused; of an object, whether something in it is required. */
    boolean required() {
        return switch (this) {
            case ACTOR, RESOURCE, OUTCOME, SEVERITY -> true;
            default -> field != null && field.required();
        };
    }

    /** Whether only the server writes it. */
    boolean serverFilled() {
        return compareTo(RECEIVED_TIME) >= 0;
    }
}
