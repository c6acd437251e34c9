package io.evident.event.wire;

import io.evident.event.Refusal;

/**
 * Writes one frame with a {@code RefusalBatch} straight into its place: {@link #begin}, {@link #add} for each refusal,
 * {@link #finish}. Reusable, allocates nothing. Not thread-safe.
 */
public final class RefusalBatchEncoder {
    /** Bytes of a frame without refusals. */
    public static final int EMPTY_FRAME_BYTES = RefusalBatchLayout.EMPTY_BYTES;
    /** The most bytes that one refusal can take: a frame with this much room in addition holds any one. */
    public static final int MAX_REFUSAL_BYTES =
            RefusalBatchLayout.ENTRY_BLOCK_BYTES + 2 * (Short.BYTES + FrameLayout.MAX_DETAIL_BYTES);

    private byte[] target = new byte[0];
    private int offset;
    private int limit;
    private int at;
    private int count;

    /**
     * Begins a frame.
     *
     * @param offset where it goes in {@code target}
     * @param maxFrameBytes the most it may take, at least {@link #EMPTY_FRAME_BYTES}; {@code target} has that much room
     * @param correlationId the batch's whose events are answered
     */
    public RefusalBatchEncoder begin(byte[] target, int offset, int maxFrameBytes, long correlationId) {
        this.target = target;
        this.offset = offset;
        this.limit = offset + maxFrameBytes;
        int block = offset + FrameLayout.HEADER_BYTES;
        FrameLayout.putHeader(target, offset, RefusalBatchLayout.BLOCK_BYTES, FrameLayout.REFUSAL_BATCH);
        LittleEndian.putLong(target, block, correlationId);
        LittleEndian.putShort(target, block + RefusalBatchLayout.BLOCK_BYTES, RefusalBatchLayout.ENTRY_BLOCK_BYTES);
        at = offset + RefusalBatchLayout.EMPTY_BYTES;
        count = 0;
        return this;
    }

    /**
     * Adds a refusal.
     *
     * @param index the event's place in its batch, 0 to 65,535
     * @param idHigh 0, as {@code idLow}, when the id is not known
     * @param retryAfterMs milliseconds after which a retry may help; 0 when there is nothing to say about it
     * @return false when the frame is full; nothing is added then
     */
    public boolean add(int index, long idHigh, long idLow, Refusal refusal, int retryAfterMs) {
        int texts = at + RefusalBatchLayout.ENTRY_BLOCK_BYTES;
        if (texts > limit || count == FrameLayout.MAX_GROUP_ENTRIES) {
            return false;
        }
        String field = refusal.field() == null ? "" : refusal.field();
        int fieldEnd = FrameText.put(target, texts, limit, field, FrameLayout.MAX_DETAIL_BYTES);
        int end = fieldEnd < 0
                ? -1
                : FrameText.put(target, fieldEnd, limit, refusal.detail(), FrameLayout.MAX_DETAIL_BYTES);
        if (end < 0) {
            return false;
        }
        LittleEndian.putShort(target, at + RefusalBatchLayout.INDEX_OFFSET, index);
        target[at + RefusalBatchLayout.REASON_OFFSET] = (byte) refusal.reason().ordinal();
        LittleEndian.putShort(
                target, at + RefusalBatchLayout.STATUS_OFFSET, refusal.reason().status());
        LittleEndian.putInt(target, at + RefusalBatchLayout.RETRY_AFTER_OFFSET, retryAfterMs);
        LittleEndian.putLong(target, at + RefusalBatchLayout.ID_HIGH_OFFSET, idHigh);
        LittleEndian.putLong(target, at + RefusalBatchLayout.ID_LOW_OFFSET, idLow);
        at = end;
        count++;
        return true;
    }

    /** Refusals added so far. */
    public int count() {
        return count;
    }

    /**
     * Completes the frame.
     *
     * @return the bytes of the frame
     */
    public int finish() {
        LittleEndian.putShort(
                target, offset + FrameLayout.HEADER_BYTES + RefusalBatchLayout.BLOCK_BYTES + Short.BYTES, count);
        FrameLayout.putLength(target, offset, at - offset);
        return at - offset;
    }
}
