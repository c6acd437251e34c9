package io.evident.event.json;

import io.evident.event.Refusal;
import io.evident.event.RefusalReason;

/**
 * A body of events: one object, or an array of objects. {@link #open} looks at the whole body, so that nothing of a
 * malformed one is taken; then each event is a range of bytes for {@link EventJsonReader#read}, and what is wrong with
 * one event concerns no other.
 *
 * <pre>{@code
 * Refusal refusal = batch.open(body, 0, length);
 * while (refusal == null && batch.next()) {
 *     Refusal problem = reader.read(body, batch.eventOffset(), batch.eventLength(), encoder);
 *     ... batch.index()
 * }
 * }</pre>
 *
 * Reusable, not thread-safe. NDJSON has no use for it: there each line is a range of its own.
 */
public final class EventJsonBatch {
    private final JsonScanner scanner = new JsonScanner();
    private byte[] body = new byte[0];
    private int end;
    private boolean array;
    private int index;
    private int eventOffset;
    private int eventEnd;

    /**
     * Begins a body.
     *
     * @return {@code null}, or why nothing of it can be taken: it is empty, malformed, or neither object nor array
     */
    public Refusal open(byte[] bytes, int offset, int length) {
        body = bytes;
        end = offset + length;
        index = -1;
        eventOffset = JsonText.begin(bytes, offset, end);
        eventEnd = eventOffset;
        if (eventOffset == end) {
            return Refusal.of(RefusalReason.MALFORMED, "expected an event or an array of events, found nothing");
        }
        Refusal malformed = JsonText.malformed(scanner, bytes, offset, eventOffset, end, null);
        if (malformed != null) {
            end = eventOffset;
            return malformed;
        }
        array = bytes[eventOffset] == '[';
        if (array) {
            eventEnd++;
        } else if (bytes[eventOffset] != '{') {
            end = eventOffset;
            return Refusal.of(RefusalReason.WRONG_TYPE, "the body must be an event object or an array of events");
        }
        return null;
    }

    /** Goes to the next event; false when there is none any more. */
    public boolean next() {
        int at = JsonScanner.skipSpace(body, eventEnd, end);
        if (index >= 0 && at < end && body[at] == ',') {
            at = JsonScanner.skipSpace(body, at + 1, end);
        }
        boolean over = array ? at == end || body[at] == ']' : index >= 0;
        if (over || at == end) {
            eventEnd = end;
            return false;
        }
        index++;
        eventOffset = at;
        eventEnd = scanner.skipValue(body, at, end);
        return true;
    }

    /** The position of the event at hand, from 0. */
    public int index() {
        return index;
    }

    /** Where the event at hand begins. */
    public int eventOffset() {
        return eventOffset;
    }

    /** How many bytes it has. */
    public int eventLength() {
        return eventEnd - eventOffset;
    }
}
