package io.evident.event.wire;

import io.evident.event.Lane;
import io.evident.event.Receipt;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import java.util.UUID;

/**
 * Reads the receipts of a {@code ReceiptBatch} one after the other: {@link #wrap}, then {@link #next} until it is false.
 * Reusable; only {@link #receipt()} allocates. Not thread-safe.
 */
public final class ReceiptBatchView {
    private byte[] bytes = new byte[0];
    private int block;
    private int entryLength;
    private int count;
    private int index;
    private int at;

    /**
     * Looks at the batch of a frame and stands before its first receipt.
     *
     * @return {@code null}, or what is wrong with it; the view must not be read then
     */
    public Refusal wrap(FrameView frame) {
        Refusal refusal = frame.checkMessage("ReceiptBatch", FrameLayout.RECEIPT_BATCH, ReceiptBatchLayout.BLOCK_BYTES);
        if (refusal == null) {
            refusal = frame.checkGroup("receipts", frame.blockEnd(), ReceiptBatchLayout.ENTRY_BYTES);
        }
        if (refusal != null) {
            return refusal;
        }
        bytes = frame.bytes();
        block = frame.blockOffset();
        entryLength = LittleEndian.getUnsignedShort(bytes, frame.blockEnd());
        count = LittleEndian.getUnsignedShort(bytes, frame.blockEnd() + Short.BYTES);
        int first = frame.blockEnd() + FrameLayout.GROUP_HEADER_BYTES;
        if ((long) count * entryLength > frame.end() - first) {
            return FrameView.cutShort("receipts");
        }
        for (int i = 0; i < count; i++) {
            if (Lane.ofCode(bytes[first + i * entryLength + ReceiptBatchLayout.LANE_OFFSET]) == null) {
                return new Refusal(RefusalReason.INVALID_VALUE, "receipts[" + i + "].lane", "no lane has this code");
            }
        }
        index = -1;
        at = first - entryLength;
        return frame.checkEnd(first + count * entryLength);
    }

    /** The correlation id of the batch whose events are answered. */
    public long correlationId() {
        return LittleEndian.getLong(bytes, block);
    }

    /** Receipts in the batch. */
    public int count() {
        return count;
    }

    /** Moves to the next receipt. False after the last. */
    public boolean next() {
        if (index + 1 >= count) {
            return false;
        }
        index++;
        at += entryLength;
        return true;
    }

    /** The place of the event in its batch. */
    public int index() {
        return LittleEndian.getUnsignedShort(bytes, at + ReceiptBatchLayout.INDEX_OFFSET);
    }

    public long idHigh() {
        return LittleEndian.getLong(bytes, at + ReceiptBatchLayout.ID_HIGH_OFFSET);
    }

    public long idLow() {
        return LittleEndian.getLong(bytes, at + ReceiptBatchLayout.ID_LOW_OFFSET);
    }

    public int shard() {
        return LittleEndian.getUnsignedShort(bytes, at + ReceiptBatchLayout.SHARD_OFFSET);
    }

    public int incarnation() {
        return LittleEndian.getInt(bytes, at + ReceiptBatchLayout.INCARNATION_OFFSET);
    }

    /** The position in the shard, or {@link Receipt#NO_SEQUENCE}. */
    public long sequence() {
        return LittleEndian.getLong(bytes, at + ReceiptBatchLayout.SEQUENCE_OFFSET);
    }

    /** The tier reached. A tier that only a newer server has is safer than all that are known here: the safest known. */
    public Tier tier() {
        Tier tier = Tier.ofCode(LittleEndian.getUnsignedByte(bytes, at + ReceiptBatchLayout.TIER_OFFSET));
        return tier == null ? Tier.SYNCED : tier;
    }

    public Lane lane() {
        return Lane.ofCode(bytes[at + ReceiptBatchLayout.LANE_OFFSET]);
    }

    /** Whether an event with this id and content was there before. */
    public boolean duplicate() {
        return (bytes[at + ReceiptBatchLayout.FLAGS_OFFSET] & ReceiptBatchLayout.FLAG_DUPLICATE) != 0;
    }

    /** The receipt as an object. Allocates. */
    public Receipt receipt() {
        return new Receipt(
                new UUID(idHigh(), idLow()), shard(), incarnation(), sequence(), tier(), lane(), duplicate());
    }
}
