package io.evident.event;

/**
 * Whether the content of a structurally sound event is allowed: required fields, lengths, codes, UTF-8. The rules are the
 * same for every way in. Allocates only when something is wrong. Stateless.
 */
public final class EventValidator {
    private EventValidator() {}

    /**
     * Checks an event as a sender may send it: what the server fills in has to be empty. Whether the attributes are a JSON
     * object is not looked at here.
     *
     * @return {@code null}, or the first thing that is wrong
     */
    public static Refusal check(EventView event) {
        if (event.length() > EventLimits.ENCODED_BYTES) {
            return Refusal.of(
                    RefusalReason.EVENT_TOO_LARGE,
                    "the encoded event has " + event.length() + " bytes, at most " + EventLimits.ENCODED_BYTES
                            + " are allowed");
        }
        Refusal refusal = checkFixedFields(event);
        for (int i = 0; refusal == null && i < EventField.count(); i++) {
            refusal = checkField(event, EventField.at(i));
        }
        return refusal != null ? refusal : checkLabels(event);
    }

    private static Refusal checkFixedFields(EventView event) {
        if (event.receivedTimeNs() != 0) {
            return serverField("receivedTime");
        }
        if (event.has(EventField.RECEIVED_FROM)) {
            return serverField("receivedFrom");
        }
        if ((event.flags() & ~EventLayout.FLAG_TIME_ABSENT) != 0) {
            return Refusal.of(RefusalReason.MALFORMED, "unknown flags " + Integer.toBinaryString(event.flags()));
        }
        if (event.timeAbsent() && event.timeNs() != 0) {
            return new Refusal(RefusalReason.INVALID_TIME, "time", "is flagged absent and yet not zero");
        }
        if (event.outcome() == null) {
            return new Refusal(RefusalReason.INVALID_VALUE, "outcome", "no outcome has this code");
        }
        if (event.severity() == null) {
            return new Refusal(RefusalReason.INVALID_VALUE, "severity", "no severity has this code");
        }
        return null;
    }

    private static Refusal serverField(String field) {
        return new Refusal(RefusalReason.SERVER_FIELD, field, "is filled in by the server; leave it out");
    }

    private static Refusal checkField(EventView event, EventField field) {
        int length = event.fieldLength(field);
        if (length == 0) {
            return field.required() ? new Refusal(RefusalReason.MISSING_FIELD, field.jsonName(), "is required") : null;
        }
        if (length > field.maxBytes()) {
            return tooLong(field, length);
        }
        return Utf8.isWellFormed(event.bytes(), event.fieldOffset(field), length)
                ? null
                : new Refusal(RefusalReason.INVALID_TEXT, field.jsonName(), "is not valid UTF-8");
    }

    /** The refusal of a value that is longer than its field may be. */
    public static Refusal tooLong(EventField field, long lengthBytes) {
        RefusalReason reason =
                field == EventField.ATTRIBUTES ? RefusalReason.EVENT_TOO_LARGE : RefusalReason.INVALID_VALUE;
        return new Refusal(
                reason,
                field.jsonName(),
                "has " + lengthBytes + " bytes of UTF-8, at most " + field.maxBytes() + " are allowed");
    }

    private static Refusal checkLabels(EventView event) {
        byte[] bytes = event.bytes();
        int at = event.offset() + EventLayout.FIRST_LABEL_OFFSET;
        for (int i = 0; i < event.labelCount(); i++) {
            int length = EventLayout.getUnsignedShort(bytes, at);
            at += Short.BYTES;
            if (length == 0 || length > EventLimits.LABEL_BYTES) {
                return new Refusal(
                        RefusalReason.INVALID_VALUE,
                        "labels[" + i + "]",
                        "has " + length + " bytes of UTF-8, allowed are 1 to " + EventLimits.LABEL_BYTES);
            }
            if (!Utf8.isWellFormed(bytes, at, length)) {
                return new Refusal(RefusalReason.INVALID_TEXT, "labels[" + i + "]", "is not valid UTF-8");
            }
            at += length;
        }
        return null;
    }
}
