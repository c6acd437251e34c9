package io.evident.event.wire;

import io.evident.event.Lane;
import io.evident.event.Tier;

/**
 * Writes one frame with a {@code ReceiptBatch} straight into its place: {@link #begin}, {@link #add} for each receipt,
 * {@link #finish}. Reusable, allocates nothing. Not thread-safe.
 */
public final class ReceiptBatchEncoder {
    /** Bytes of a frame without receipts. */
    public static final int EMPTY_FRAME_BYTES = ReceiptBatchLayout.EMPTY_BYTES;
    /** Bytes of a receipt. */
    public static final int RECEIPT_BYTES = ReceiptBatchLayout.ENTRY_BYTES;

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
    public ReceiptBatchEncoder begin(byte[] target, int offset, int maxFrameBytes, long correlationId) {
        this.target = target;
        this.offset = offset;
        this.limit = offset + maxFrameBytes;
        int block = offset + FrameLayout.HEADER_BYTES;
        FrameLayout.putHeader(target, offset, ReceiptBatchLayout.BLOCK_BYTES, FrameLayout.RECEIPT_BATCH);
        LittleEndian.putLong(target, block, correlationId);
        LittleEndian.putShort(target, block + ReceiptBatchLayout.BLOCK_BYTES, ReceiptBatchLayout.ENTRY_BYTES);
        at = offset + ReceiptBatchLayout.EMPTY_BYTES;
        count = 0;
        return this;
    }

    /**
     * Adds a receipt.
     *
     * @param index the event's place in its batch, 0 to 65,535
     * @param shard 0 to 65,535
     * @param sequence -1 when there is none yet
     * @return false when the frame is full; nothing is added then
     */
    public boolean add(
            int index,
            long idHigh,
            long idLow,
            int shard,
            int incarnation,
            long sequence,
            Tier tier,
            Lane lane,
            boolean duplicate) {
        if (ReceiptBatchLayout.ENTRY_BYTES > limit - at || count == FrameLayout.MAX_GROUP_ENTRIES) {
            return false;
        }
        LittleEndian.putShort(target, at + ReceiptBatchLayout.INDEX_OFFSET, index);
        target[at + ReceiptBatchLayout.TIER_OFFSET] = (byte) tier.ordinal();
        target[at + ReceiptBatchLayout.LANE_OFFSET] = (byte) lane.ordinal();
        target[at + ReceiptBatchLayout.FLAGS_OFFSET] = (byte) (duplicate ? ReceiptBatchLayout.FLAG_DUPLICATE : 0);
        LittleEndian.putShort(target, at + ReceiptBatchLayout.SHARD_OFFSET, shard);
        LittleEndian.putInt(target, at + ReceiptBatchLayout.INCARNATION_OFFSET, incarnation);
        LittleEndian.putLong(target, at + ReceiptBatchLayout.SEQUENCE_OFFSET, sequence);
        LittleEndian.putLong(target, at + ReceiptBatchLayout.ID_HIGH_OFFSET, idHigh);
        LittleEndian.putLong(target, at + ReceiptBatchLayout.ID_LOW_OFFSET, idLow);
        at += ReceiptBatchLayout.ENTRY_BYTES;
        count++;
        return true;
    }

    /** Receipts added so far. */
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
                target, offset + FrameLayout.HEADER_BYTES + ReceiptBatchLayout.BLOCK_BYTES + Short.BYTES, count);
        FrameLayout.putLength(target, offset, at - offset);
        return at - offset;
    }
}
