package io.evident.event.wire;

import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.Tier;

/**
 * Reads the events of an {@code EventBatch} one after the other: {@link #wrap}, then {@link #next} until it is false.
 * {@code wrap} has checked every length, so no accessor can leave the frame; whether the bytes of an event are an event is
 * for {@link io.evident.event.EventView} to say. Reusable, allocates nothing unless something is wrong. Not thread-safe.
 */
public final class EventBatchView {
    private final int maxEvents;
    private byte[] bytes = new byte[0];
    private int block;
    private int entryBlockLength;
    private int count;
    private int index;
    private int firstOffset;
    private int at;
    private int markedAt;
    private int markedOffset;
    private int markedLength;
    private int markedIndex;
    private int eventOffset;
    private int eventLength;

    /** @param maxEvents the most events that a batch may have, 1 to {@link FrameLayout#MAX_GROUP_ENTRIES} */
    public EventBatchView(int maxEvents) {
        this.maxEvents = maxEvents;
    }

    /**
     * Looks at the batch of a frame and stands before its first event.
     *
     * @return {@code null}, or what is wrong with the batch as a whole; the view must not be read then
     */
    public Refusal wrap(FrameView frame) {
        Refusal refusal = frame.checkMessage("EventBatch", FrameLayout.EVENT_BATCH, EventBatchLayout.BLOCK_BYTES);
        if (refusal == null) {
            refusal = frame.checkGroup("events", frame.blockEnd(), 0);
        }
        if (refusal != null) {
            return refusal;
        }
        bytes = frame.bytes();
        block = frame.blockOffset();
        entryBlockLength = LittleEndian.getUnsignedShort(bytes, frame.blockEnd());
        count = LittleEndian.getUnsignedShort(bytes, frame.blockEnd() + Short.BYTES);
        if (tier() == null && tierCode() != EventBatchLayout.NO_TIER) {
            return new Refusal(RefusalReason.INVALID_VALUE, "tier", "no tier has this code");
        }
        if (count == 0 || count > maxEvents) {
            return new Refusal(
                    count == 0 ? RefusalReason.MALFORMED : RefusalReason.BODY_TOO_LARGE,
                    "events",
                    "a batch has 1 to " + maxEvents + " events, this one has " + count);
        }
        return walk(frame);
    }

    private Refusal walk(FrameView frame) {
        int first = frame.blockEnd() + FrameLayout.GROUP_HEADER_BYTES;
        int to = first;
        for (int i = 0; i < count; i++) {
            if (entryBlockLength + EventBatchLayout.EVENT_LENGTH_BYTES > frame.end() - to) {
                return FrameView.cutShort("events[" + i + "]");
            }
            to += entryBlockLength;
            int length = LittleEndian.getInt(bytes, to);
            to += EventBatchLayout.EVENT_LENGTH_BYTES;
            if (length < 0 || length > frame.end() - to) {
                return FrameView.cutShort("events[" + i + "]");
            }
            to += length;
        }
        firstOffset = first - block;
        rewind();
        return frame.checkEnd(to);
    }

    /** What the answers have to carry back. */
    public long correlationId() {
        return LittleEndian.getLong(bytes, block + EventBatchLayout.CORRELATION_ID_OFFSET);
    }

    /** When the events are to be answered; {@code null} when the sender leaves it to the server. */
    public Tier tier() {
        return Tier.ofCode(tierCode());
    }

    private int tierCode() {
        return LittleEndian.getUnsignedByte(bytes, block + EventBatchLayout.TIER_OFFSET);
    }

    /** Events in the batch. */
    public int count() {
        return count;
    }

    /** Moves to the next event. False after the last. */
    public boolean next() {
        if (index + 1 >= count) {
            return false;
        }
        index++;
        at += entryBlockLength;
        eventLength = LittleEndian.getInt(bytes, at);
        eventOffset = at + EventBatchLayout.EVENT_LENGTH_BYTES;
        at = eventOffset + eventLength;
        return true;
    }

    /** Stands before the first event again. */
    public void rewind() {
        at = block + firstOffset;
        index = -1;
        mark();
    }

    /** Keeps the event at which it stands for {@link #reset}. */
    public void mark() {
        markedIndex = index;
        markedOffset = eventOffset;
        markedLength = eventLength;
        markedAt = at;
    }

    /** Stands again where it stood at the last {@link #mark}, or before the first event if there was none. */
    public void reset() {
        index = markedIndex;
        eventOffset = markedOffset;
        eventLength = markedLength;
        at = markedAt;
    }

    /** The event's place in the batch, from 0: what its answer names. */
    public int index() {
        return index;
    }

    /** The bytes below, the whole frame's. */
    public byte[] bytes() {
        return bytes;
    }

    /** Where the event begins in {@link #bytes()}. */
    public int eventOffset() {
        return eventOffset;
    }

    /** Bytes of the event. */
    public int eventLength() {
        return eventLength;
    }
}
