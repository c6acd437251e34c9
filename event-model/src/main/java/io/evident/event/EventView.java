package io.evident.event;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A window onto one event in the binary layout of {@link EventLayout}: reads without copying or allocating, except where
 * a method returns an object. Reusable; valid as long as the bytes below it are. Not thread-safe.
 *
 * <p>{@link #wrap} checks the structure (lengths add up, versions are known), so that no accessor can leave the bytes;
 * whether the content is allowed is {@link EventValidator}'s question.
 */
public final class EventView {
    private final int[] fieldOffsets = new int[EventField.count()];
    private final int[] fieldLengths = new int[EventField.count()];
    private byte[] bytes = new byte[0];
    private int offset;
    private int length;
    private int labelCount;

    /**
     * Looks at {@code length} bytes from {@code offset}, which have to hold one event and nothing else. The range has to
     * lie within the array.
     *
     * @return {@code null}, or what is wrong with the structure; the view must not be read then
     */
    public Refusal wrap(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.offset = offset;
        this.length = length;
        if (length < EventLayout.EMPTY_EVENT_BYTES) {
            return Refusal.of(
                    RefusalReason.MALFORMED,
                    "an event has at least " + EventLayout.EMPTY_EVENT_BYTES + " bytes, this one has " + length);
        }
        Refusal wrongHeader = checkHeader();
        return wrongHeader != null ? wrongHeader : locateFields();
    }

    private Refusal checkHeader() {
        int blockLength = EventLayout.getUnsignedShort(bytes, offset);
        int templateId = EventLayout.getUnsignedShort(bytes, offset + 2);
        int schemaId = EventLayout.getUnsignedShort(bytes, offset + 4);
        int version = EventLayout.getUnsignedShort(bytes, offset + 6);
        if (schemaId != EventLayout.SCHEMA_ID || templateId != EventLayout.TEMPLATE_ID) {
            return Refusal.of(RefusalReason.MALFORMED, "not an event: schema " + schemaId + ", template " + templateId);
        }
        if (version != EventLayout.SCHEMA_VERSION || blockLength != EventLayout.BLOCK_BYTES) {
            return Refusal.of(
                    RefusalReason.UNSUPPORTED_PROTOCOL,
                    "event layout version " + version + " with block length " + blockLength + "; version "
                            + EventLayout.SCHEMA_VERSION + " with " + EventLayout.BLOCK_BYTES + " is understood");
        }
        return null;
    }

    private Refusal locateFields() {
        int end = offset + length;
        int at = offset + EventLayout.FIRST_LABEL_OFFSET;
        int groupBlockLength = EventLayout.getUnsignedShort(bytes, offset + EventLayout.LABELS_OFFSET);
        labelCount = EventLayout.getUnsignedShort(bytes, offset + EventLayout.LABELS_OFFSET + 2);
        if (groupBlockLength != 0 || labelCount > EventLimits.LABELS) {
            return new Refusal(
                    RefusalReason.INVALID_VALUE,
                    "labels",
                    "at most " + EventLimits.LABELS + " labels without fixed part, got " + labelCount);
        }
        for (int i = 0; i < labelCount; i++) {
            if (at + Short.BYTES > end) {
                return cutShort("labels");
            }
            at += Short.BYTES + EventLayout.getUnsignedShort(bytes, at);
        }
        for (int i = 0; i < fieldOffsets.length; i++) {
            EventField field = EventField.at(i);
            int lengthBytes = field.lengthBytes();
            if (at + lengthBytes > end) {
                return cutShort(field.jsonName());
            }
            int fieldLength = lengthBytes == Integer.BYTES
                    ? EventLayout.getInt(bytes, at)
                    : EventLayout.getUnsignedShort(bytes, at);
            at += lengthBytes;
            if (fieldLength < 0 || fieldLength > end - at) {
                return cutShort(field.jsonName());
            }
            fieldOffsets[i] = at;
            fieldLengths[i] = fieldLength;
            at += fieldLength;
        }
        return at == end
                ? null
                : Refusal.of(RefusalReason.MALFORMED, (end - at) + " bytes too many after the last field");
    }

    private static Refusal cutShort(String field) {
        return new Refusal(RefusalReason.MALFORMED, field, "the bytes end within or before this field");
    }

    /** The bytes below; the event stands at {@link #offset()} and has {@link #length()} bytes. */
    public byte[] bytes() {
        return bytes;
    }

    public int offset() {
        return offset;
    }

    public int length() {
        return length;
    }

    public long idHigh() {
        return EventLayout.getLong(bytes, offset + EventLayout.ID_HIGH_OFFSET);
    }

    public long idLow() {
        return EventLayout.getLong(bytes, offset + EventLayout.ID_LOW_OFFSET);
    }

    /** Whether the sender left the id to the server. */
    public boolean idAbsent() {
        return idHigh() == 0 && idLow() == 0;
    }

    public UUID id() {
        return new UUID(idHigh(), idLow());
    }

    /** Event time in nanoseconds since 1970-01-01T00:00:00Z, signed; see {@link #timeAbsent()}. */
    public long timeNs() {
        return EventLayout.getLong(bytes, offset + EventLayout.TIME_OFFSET);
    }

    /** Whether the sender gave no time: the time of a stored event is then the receive time. */
    public boolean timeAbsent() {
        return (flags() & EventLayout.FLAG_TIME_ABSENT) != 0;
    }

    /** When the server received it, in nanoseconds since 1970; 0 before it did. */
    public long receivedTimeNs() {
        return EventLayout.getLong(bytes, offset + EventLayout.RECEIVED_TIME_OFFSET);
    }

    int flags() {
        return EventLayout.getUnsignedShort(bytes, offset + EventLayout.FLAGS_OFFSET);
    }

    /** The outcome, or {@code null} when its code is none. */
    public Outcome outcome() {
        return Outcome.ofCode(bytes[offset + EventLayout.OUTCOME_OFFSET]);
    }

    /** The severity, or {@code null} when its code is none. */
    public Severity severity() {
        return Severity.ofCode(bytes[offset + EventLayout.SEVERITY_OFFSET]);
    }

    public int labelCount() {
        return labelCount;
    }

    /** Where the value of a field begins in {@link #bytes()}. */
    public int fieldOffset(EventField field) {
        return fieldOffsets[field.ordinal()];
    }

    /** Length of a field's value in bytes; 0 when it is absent. */
    public int fieldLength(EventField field) {
        return fieldLengths[field.ordinal()];
    }

    public boolean has(EventField field) {
        return fieldLengths[field.ordinal()] != 0;
    }

    /** A field as text, or {@code null} when it is absent. Allocates. */
    public String text(EventField field) {
        return has(field) ? new String(bytes, fieldOffset(field), fieldLength(field), StandardCharsets.UTF_8) : null;
    }

    /** Whether a field has exactly these UTF-8 bytes. */
    public boolean fieldEquals(EventField field, byte[] utf8) {
        return sameBytes(fieldOffset(field), fieldLength(field), utf8);
    }

    /** Whether one of the labels has exactly these UTF-8 bytes. */
    public boolean hasLabel(byte[] utf8) {
        int at = offset + EventLayout.FIRST_LABEL_OFFSET;
        for (int i = 0; i < labelCount; i++) {
            int labelLength = EventLayout.getUnsignedShort(bytes, at);
            if (sameBytes(at + Short.BYTES, labelLength, utf8)) {
                return true;
            }
            at += Short.BYTES + labelLength;
        }
        return false;
    }

    private boolean sameBytes(int from, int count, byte[] utf8) {
        return count == utf8.length && java.util.Arrays.equals(bytes, from, from + count, utf8, 0, count);
    }

    /** Where the first label stands in {@link #bytes()}, its length in front of it; for {@link #labelLength}. */
    public int firstLabelOffset() {
        return offset + EventLayout.FIRST_LABEL_OFFSET;
    }

    /** The length in bytes of the label that stands somewhere. The next one stands behind its text. */
    public int labelLength(int labelOffset) {
        return EventLayout.getUnsignedShort(bytes, labelOffset);
    }

    /** Where the text of the label that stands somewhere begins. */
    public int labelTextOffset(int labelOffset) {
        return labelOffset + Short.BYTES;
    }

    /** The labels in the order in which they were sent. Allocates. */
    public List<String> labels() {
        List<String> labels = new ArrayList<>(labelCount);
        int at = offset + EventLayout.FIRST_LABEL_OFFSET;
        for (int i = 0; i < labelCount; i++) {
            int labelLength = EventLayout.getUnsignedShort(bytes, at);
            labels.add(new String(bytes, at + Short.BYTES, labelLength, StandardCharsets.UTF_8));
            at += Short.BYTES + labelLength;
        }
        return labels;
    }

    /** Bytes from the start of the event to the end of what a sender supplies: all but {@code receivedFrom}. */
    public int suppliedLength() {
        return fieldOffset(EventField.ATTRIBUTES) + fieldLength(EventField.ATTRIBUTES) - offset;
    }
}
