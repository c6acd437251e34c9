package io.evident.storage.index.part;

import io.evident.event.EventField;
import io.evident.event.Outcome;
import io.evident.event.Severity;
import io.evident.pipeline.filter.FilterField;
import io.evident.pipeline.filter.IpKey;
import java.nio.charset.StandardCharsets;

/** The fields whose values are indexed. A part's file has them in this order. */
public enum IndexField {
    /** Here the term of no bytes stands for events that were removed, of which nothing else is known. */
    TENANT(EventField.TENANT),
    STREAM(EventField.STREAM),
    ACTOR(EventField.ACTOR_ID),
    ACTION(EventField.ACTION),
    CATEGORY(EventField.CATEGORY),
    /** Here an absent value is a term of no bytes: {@code type/id} may be asked for with one of them empty. */
    RESOURCE_TYPE(EventField.RESOURCE_TYPE),
    /** As with the type. */
    RESOURCE_ID(EventField.RESOURCE_ID),
    /** Terms are {@link IpKey}s. */
    IP(null),
    /** Terms are codes of one byte. */
    OUTCOME(null),
    /** Terms are codes of one byte. */
    SEVERITY(null),
    /** The one field of which an event may have several terms. */
    LABEL(null);

    private static final IndexField[] ALL = values();

    private final EventField text;

    IndexField(EventField text) {
        this.text = text;
    }

    /** How many fields there are. */
    public static int fieldCount() {
        return ALL.length;
    }

    /** The field with an ordinal. */
    public static IndexField at(int ordinal) {
        return ALL[ordinal];
    }

    /** The field of an event whose bytes are the terms, or {@code null} when they have to be made of it. */
    public EventField text() {
        return text;
    }

    /** The field whose terms tell events apart as answers do. */
    static IndexField counted(FilterField field) {
        return field == FilterField.RESOURCE ? RESOURCE_TYPE : valueOf(field.name());
    }

    /** A term as an answer has it. */
    String answer(byte[] term) {
        return switch (this) {
            case IP -> IpKey.text(term);
            case OUTCOME -> Outcome.ofCode(term[0]).text();
            case SEVERITY -> Severity.ofCode(term[0]).name();
            default -> new String(term, StandardCharsets.UTF_8);
        };
    }
}
