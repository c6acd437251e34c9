package io.evident.event;

import java.util.Arrays;

/**
 * Builds one event in the binary layout from fields that arrive in any order. Reusable: {@link #reset()} begins the next
 * event, and what was allocated stays. Keeps at most {@link EventLimits#ENCODED_BYTES} of text, as long as each
 * field is set once between resets. Not thread-safe.
 */
public final class EventEncoder {
    private final int[] fieldStarts = new int[EventField.count()];
    private final int[] fieldLengths = new int[EventField.count()];
    private final int[] labelStarts = new int[EventLimits.LABELS];
    private final int[] labelLengths = new int[EventLimits.LABELS];
    private byte[] arena = new byte[1024];
    private int arenaLength;
    private int labelCount;
    private long idHigh;
    private long idLow;
    private long timeNs;
    private boolean timeAbsent;
    private long receivedTimeNs;
    private Outcome outcome;
    private Severity severity;

    public EventEncoder() {
        reset();
    }

    /** Forgets the event at hand. */
    public void reset() {
        Arrays.fill(fieldLengths, 0);
        arenaLength = 0;
        labelCount = 0;
        idHigh = 0;
        idLow = 0;
        timeNs = 0;
        timeAbsent = true;
        receivedTimeNs = 0;
        outcome = null;
        severity = null;
    }

    /** Sets the id; both zero means that the server is to assign one. */
    public void id(long high, long low) {
        idHigh = high;
        idLow = low;
    }

    /** Sets the event time in nanoseconds since 1970. */
    public void timeNs(long ns) {
        timeNs = ns;
        timeAbsent = false;
    }

    /** Sets the receive time in nanoseconds since 1970, as a stored event has it; senders never do. */
    public void receivedTimeNs(long ns) {
        receivedTimeNs = ns;
    }

    public void outcome(Outcome value) {
        outcome = value;
    }

    public void severity(Severity value) {
        severity = value;
    }

    /** Whether {@link #outcome(Outcome)} was given. */
    public boolean hasOutcome() {
        return outcome != null;
    }

    /** Whether {@link #severity(Severity)} was given. */
    public boolean hasSeverity() {
        return severity != null;
    }

    /** Whether a field was given. */
    public boolean has(EventField field) {
        return fieldLengths[field.ordinal()] != 0;
    }

    /**
     * Sets a field to UTF-8 bytes, or to JSON bytes for {@link EventField#ATTRIBUTES}.
     *
     * @return false when the value is longer than the field may be; nothing is set then
     */
    public boolean field(EventField field, byte[] utf8, int offset, int length) {
        if (length > field.maxBytes()) {
            return false;
        }
        fieldStarts[field.ordinal()] = store(utf8, offset, length);
        fieldLengths[field.ordinal()] = length;
        return true;
    }

    /** Sets a field to a text whose {@link Utf8#encodedLength} was found to be no more than the field may have. */
    void field(EventField field, String text, int length) {
        fieldStarts[field.ordinal()] = store(text, length);
        fieldLengths[field.ordinal()] = length;
    }

    /**
     * Adds a label.
     *
     * @return false when it is too long or one too many; nothing is added then
     */
    public boolean label(byte[] utf8, int offset, int length) {
        if (length > EventLimits.LABEL_BYTES || labelCount == EventLimits.LABELS) {
            return false;
        }
        labelStarts[labelCount] = store(utf8, offset, length);
        labelLengths[labelCount] = length;
        labelCount++;
        return true;
    }

    /** Adds a label whose {@link Utf8#encodedLength} was found to be right; there is room for it. */
    void label(String text, int length) {
        labelStarts[labelCount] = store(text, length);
        labelLengths[labelCount] = length;
        labelCount++;
    }

    private int store(byte[] source, int offset, int length) {
        int start = take(length);
        System.arraycopy(source, offset, arena, start, length);
        return start;
    }

    private int store(String text, int length) {
        int start = take(length);
        Utf8.encode(text, length, arena, start);
        return start;
    }

    private int take(int length) {
        if (arenaLength + length > arena.length) {
            arena = Arrays.copyOf(arena, Math.max(arena.length * 2, arenaLength + length));
        }
        int start = arenaLength;
        arenaLength += length;
        return start;
    }

    /** Bytes that {@link #encode} will write. */
    public int encodedLength() {
        int total = EventLayout.EMPTY_EVENT_BYTES;
        for (int i = 0; i < labelCount; i++) {
            total += Short.BYTES + labelLengths[i];
        }
        for (int fieldLength : fieldLengths) {
            total += fieldLength;
        }
        return total;
    }

    /**
     * Writes the event. Outcome and severity must have been given.
     *
     * @return the bytes written, or -1 when there is no room for {@link #encodedLength()} bytes
     */
    public int encode(byte[] target, int offset) {
        int length = encodedLength();
        if (length > target.length - offset) {
            return -1;
        }
        EventLayout.putShort(target, offset, EventLayout.BLOCK_BYTES);
        EventLayout.putShort(target, offset + 2, EventLayout.TEMPLATE_ID);
        EventLayout.putShort(target, offset + 4, EventLayout.SCHEMA_ID);
        EventLayout.putShort(target, offset + 6, EventLayout.SCHEMA_VERSION);
        EventLayout.putLong(target, offset + EventLayout.RECEIVED_TIME_OFFSET, receivedTimeNs);
        EventLayout.putLong(target, offset + EventLayout.TIME_OFFSET, timeNs);
        EventLayout.putLong(target, offset + EventLayout.ID_HIGH_OFFSET, idHigh);
        EventLayout.putLong(target, offset + EventLayout.ID_LOW_OFFSET, idLow);
        EventLayout.putShort(target, offset + EventLayout.FLAGS_OFFSET, timeAbsent ? EventLayout.FLAG_TIME_ABSENT : 0);
        target[offset + EventLayout.OUTCOME_OFFSET] = (byte) outcome.ordinal();
        target[offset + EventLayout.SEVERITY_OFFSET] = (byte) severity.ordinal();
        EventLayout.putShort(target, offset + EventLayout.LABELS_OFFSET, 0);
        EventLayout.putShort(target, offset + EventLayout.LABELS_OFFSET + 2, labelCount);
        int at = putLabels(target, offset + EventLayout.FIRST_LABEL_OFFSET);
        putFields(target, at);
        return length;
    }

    private int putLabels(byte[] target, int from) {
        int at = from;
        for (int i = 0; i < labelCount; i++) {
            EventLayout.putShort(target, at, labelLengths[i]);
            System.arraycopy(arena, labelStarts[i], target, at + Short.BYTES, labelLengths[i]);
            at += Short.BYTES + labelLengths[i];
        }
        return at;
    }

    private void putFields(byte[] target, int from) {
        int at = from;
        for (int i = 0; i < fieldLengths.length; i++) {
            int lengthBytes = EventField.at(i).lengthBytes();
            if (lengthBytes == Integer.BYTES) {
                EventLayout.putInt(target, at, fieldLengths[i]);
            } else {
                EventLayout.putShort(target, at, fieldLengths[i]);
            }
            at += lengthBytes;
            System.arraycopy(arena, fieldStarts[i], target, at, fieldLengths[i]);
            at += fieldLengths[i];
        }
    }
}
