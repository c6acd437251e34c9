package io.evident.event.wire;

import io.evident.event.EventEncoder;
import io.evident.event.Tier;

/**
 * Writes one frame with an {@code EventBatch} straight into its place: {@link #begin}, {@link #add} for each event,
 * {@link #finish}. Reusable, allocates nothing. Not thread-safe.
 */
public final class EventBatchEncoder {
    /** Bytes of a frame without events. */
    public static final int EMPTY_FRAME_BYTES = EventBatchLayout.EMPTY_BYTES;
    /** Bytes that an event takes in a frame in addition to its own. */
    public static final int EVENT_OVERHEAD_BYTES = EventBatchLayout.EVENT_LENGTH_BYTES;

    private byte[] target = new byte[0];
    private int offset;
    private int limit;
    private int at;
    private int count;
    private int maxEvents;
    private int lastEventOffset;

    /**
     * Begins a frame.
     *
     * @param offset where it goes in {@code target}
     * @param maxFrameBytes the most it may take, at least {@link #EMPTY_FRAME_BYTES}; {@code target} has that much room
     * @param maxEvents the most events it may have, 1 to {@link FrameLayout#MAX_GROUP_ENTRIES}
     * @param correlationId comes back with the answers
     * @param tier when the events are to be answered; {@code null} for what the server has configured for each one's lane
     */
    public EventBatchEncoder begin(
            byte[] target, int offset, int maxFrameBytes, int maxEvents, long correlationId, Tier tier) {
        this.target = target;
        this.offset = offset;
        this.limit = offset + maxFrameBytes;
        this.maxEvents = maxEvents;
        int block = offset + FrameLayout.HEADER_BYTES;
        FrameLayout.putHeader(target, offset, EventBatchLayout.BLOCK_BYTES, FrameLayout.EVENT_BATCH);
        LittleEndian.putLong(target, block + EventBatchLayout.CORRELATION_ID_OFFSET, correlationId);
        target[block + EventBatchLayout.TIER_OFFSET] =
                (byte) (tier == null ? EventBatchLayout.NO_TIER : tier.ordinal());
        LittleEndian.putShort(target, block + EventBatchLayout.BLOCK_BYTES, 0);
        at = offset + EventBatchLayout.EMPTY_BYTES;
        count = 0;
        return this;
    }

    /**
     * Adds an event that is encoded already. Its index in the batch, by which it is answered, is {@link #count()} before
     * the call.
     *
     * @return false when the frame is full; nothing is added then
     */
    public boolean add(byte[] event, int eventOffset, int eventLength) {
        if (!hasRoomFor(eventLength)) {
            return false;
        }
        System.arraycopy(event, eventOffset, target, at + EventBatchLayout.EVENT_LENGTH_BYTES, eventLength);
        added(eventLength);
        return true;
    }

    /** Adds the event at hand of an encoder, without a copy between; as {@link #add(byte[], int, int)} else. */
    public boolean add(EventEncoder event) {
        int eventLength = event.encodedLength();
        if (!hasRoomFor(eventLength)) {
            return false;
        }
        event.encode(target, at + EventBatchLayout.EVENT_LENGTH_BYTES);
        added(eventLength);
        return true;
    }

    /** Whether {@link #add} would add an event of so many bytes. */
    public boolean hasRoomFor(int eventLength) {
        return count < maxEvents && eventLength <= limit - at - EventBatchLayout.EVENT_LENGTH_BYTES;
    }

    private void added(int eventLength) {
        LittleEndian.putInt(target, at, eventLength);
        lastEventOffset = at + EventBatchLayout.EVENT_LENGTH_BYTES;
        at = lastEventOffset + eventLength;
        count++;
    }

    /** Where the last event that was added begins, for a sender that changes its id or time in place. */
    public int lastEventOffset() {
        return lastEventOffset;
    }

    /** Events added so far. */
    public int count() {
        return count;
    }

    /**
     * Completes the frame, which must have an event.
     *
     * @return the bytes of the frame
     */
    public int finish() {
        LittleEndian.putShort(
                target, offset + FrameLayout.HEADER_BYTES + EventBatchLayout.BLOCK_BYTES + Short.BYTES, count);
        FrameLayout.putLength(target, offset, at - offset);
        return at - offset;
    }
}
