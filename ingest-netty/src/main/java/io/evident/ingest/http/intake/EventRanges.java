package io.evident.ingest.http.intake;

import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.json.EventJsonBatch;
import java.util.Arrays;

/** Where in a body the events stand, and under which index each is answered. Reusable. Not thread-safe. */
final class EventRanges {
    private static final int FIRST_CAPACITY = 16;

    private final EventJsonBatch batch = new EventJsonBatch();
    private final int maxEvents;
    private int[] offsets = new int[FIRST_CAPACITY];
    private int[] lengths = new int[FIRST_CAPACITY];
    private int[] indexes = new int[FIRST_CAPACITY];
    private int count;

    EventRanges(int maxEvents) {
        this.maxEvents = maxEvents;
    }

    /** Finds the events of a JSON body, which has to be well-formed as a whole. Returns why it is refused, or null. */
    Refusal findValues(byte[] body, int length) {
        count = 0;
        Refusal refusal = batch.open(body, 0, length);
        while (refusal == null && batch.next()) {
            refusal = add(batch.eventOffset(), batch.eventLength(), batch.index());
        }
        return refusal;
    }

    /** Finds the lines of an NDJSON body; blank ones count in the index and are no events. */
    Refusal findLines(byte[] body, int length) {
        count = 0;
        int line = 0;
        int start = 0;
        while (start < length) {
            int text = start;
            while (text < length && isBlank(body[text])) {
                text++;
            }
            int end = text;
            while (end < length && body[end] != '\n') {
                end++;
            }
            if (end > text) {
                Refusal refusal = add(start, end - start, line);
                if (refusal != null) {
                    return refusal;
                }
            }
            line++;
            start = end + 1;
        }
        return null;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t' || b == '\r';
    }

    private Refusal add(int offset, int length, int index) {
        if (count == maxEvents) {
            return Refusal.of(RefusalReason.BODY_TOO_LARGE, "a request may have at most " + maxEvents + " events");
        }
        if (count == offsets.length) {
            int capacity = count * 2;
            offsets = Arrays.copyOf(offsets, capacity);
            lengths = Arrays.copyOf(lengths, capacity);
            indexes = Arrays.copyOf(indexes, capacity);
        }
        offsets[count] = offset;
        lengths[count] = length;
        indexes[count] = index;
        count++;
        return null;
    }

    int count() {
        return count;
    }

    int offset(int position) {
        return offsets[position];
    }

    int length(int position) {
        return lengths[position];
    }

    /** The indexes of all events, in their order. */
    int[] indexes() {
        return Arrays.copyOf(indexes, count);
    }
}
