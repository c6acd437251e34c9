package io.evident.event.json;

import io.evident.event.EventField;
import io.evident.event.EventLimits;
import io.evident.event.EventValidator;
import io.evident.event.EventView;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.Utf8;

/**
 * Whether attributes are what they have to be: exactly one JSON object of at most {@link EventLimits#ATTRIBUTES_BYTES},
 * nested at most {@link EventLimits#ATTRIBUTES_DEPTH} deep, in valid UTF-8. Names that stand twice, numbers of any size
 * and escapes are left as they are. Every way in asks here. Allocates only when something is wrong; reusable, not
 * thread-safe.
 */
public final class AttributesCheck {
    private static final String FIELD = EventField.ATTRIBUTES.jsonName();

    private final JsonScanner scanner = new JsonScanner();

    /**
     * Checks the attributes of an event in the binary layout.
     *
     * @return {@code null}, also when there are none, or what is wrong
     */
    public Refusal check(EventView event) {
        return event.has(EventField.ATTRIBUTES)
                ? check(
                        event.bytes(),
                        event.fieldOffset(EventField.ATTRIBUTES),
                        event.fieldLength(EventField.ATTRIBUTES))
                : null;
    }

    /**
     * Checks bytes that have to be an attributes object from the first to the last.
     *
     * @return {@code null}, or what is wrong
     */
    public Refusal check(byte[] json, int offset, int length) {
        int end = offset + length;
        if (length > EventLimits.ATTRIBUTES_BYTES) {
            return EventValidator.tooLong(EventField.ATTRIBUTES, length);
        }
        if (length == 0 || json[offset] != '{') {
            return new Refusal(RefusalReason.WRONG_TYPE, FIELD, "must be a JSON object, from '{' to '}'");
        }
        int valueEnd = scanner.skipValue(json, offset, end);
        if (valueEnd == JsonScanner.MALFORMED) {
            return JsonErrors.malformed(json, offset, end, scanner.errorOffset(), scanner.expected(), FIELD);
        }
        if (valueEnd != end) {
            return JsonErrors.malformed(json, offset, end, valueEnd, "nothing after the object", FIELD);
        }
        return checkContent(json, offset, length);
    }

    private Refusal checkContent(byte[] json, int offset, int length) {
        if (scanner.deepest() > EventLimits.ATTRIBUTES_DEPTH) {
            return new Refusal(
                    RefusalReason.INVALID_VALUE,
                    FIELD,
                    "is nested " + scanner.deepest() + " levels deep, at most " + EventLimits.ATTRIBUTES_DEPTH
                            + " are allowed");
        }
        int illFormed = Utf8.firstIllFormed(json, offset, length);
        return illFormed < 0
                ? null
                : new Refusal(
                        RefusalReason.INVALID_TEXT,
                        FIELD,
                        "is not valid UTF-8" + JsonErrors.where(json, offset, illFormed));
    }
}
