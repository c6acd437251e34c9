package io.evident.event.wire;

import io.evident.event.Refusal;
import java.util.UUID;

/**
 * Reads the refusals of a {@code RefusalBatch} one after the other: {@link #wrap}, then {@link #next} until it is false.
 * Reusable; only {@link #refusal()} and {@link #id()} allocate. Not thread-safe.
 */
public final class RefusalBatchView {
    private byte[] bytes = new byte[0];
    private int block;
    private int entryBlockLength;
    private int count;
    private int index;
    private int at;
    private int next;

    /**
     * Looks at the batch of a frame and stands before its first refusal.
     *
     * @return {@code null}, or what is wrong with it; the view must not be read then
     */
    public Refusal wrap(FrameView frame) {
        Refusal refusal = frame.checkMessage("RefusalBatch", FrameLayout.REFUSAL_BATCH, RefusalBatchLayout.BLOCK_BYTES);
        if (refusal == null) {
            refusal = frame.checkGroup("refusals", frame.blockEnd(), RefusalBatchLayout.ENTRY_BLOCK_BYTES);
        }
        if (refusal != null) {
            return refusal;
        }
        bytes = frame.bytes();
        block = frame.blockOffset();
        entryBlockLength = LittleEndian.getUnsignedShort(bytes, frame.blockEnd());
        count = LittleEndian.getUnsignedShort(bytes, frame.blockEnd() + Short.BYTES);
        index = -1;
        next = frame.blockEnd() + FrameLayout.GROUP_HEADER_BYTES;
        int to = next;
        for (int i = 0; i < count; i++) {
            int detail = entryBlockLength > frame.end() - to ? -1 : frame.endOfText(to + entryBlockLength);
            to = detail < 0 ? -1 : frame.endOfText(detail);
            if (to < 0) {
                return FrameView.cutShort("refusals[" + i + "]");
            }
        }
        return frame.checkEnd(to);
    }

    /** The correlation id of the batch whose events are answered. */
    public long correlationId() {
        return LittleEndian.getLong(bytes, block);
    }

    /** Refusals in the batch. */
    public int count() {
        return count;
    }

    /** Moves to the next refusal. False after the last. */
    public boolean next() {
        if (index + 1 >= count) {
            return false;
        }
        index++;
        at = next;
        int detail = detailOffset();
        next = detail + Short.BYTES + LittleEndian.getUnsignedShort(bytes, detail);
        return true;
    }

    private int fieldOffset() {
        return at + entryBlockLength;
    }

    private int detailOffset() {
        return fieldOffset() + Short.BYTES + LittleEndian.getUnsignedShort(bytes, fieldOffset());
    }

    /** The place of the event in its batch. */
    public int index() {
        return LittleEndian.getUnsignedShort(bytes, at + RefusalBatchLayout.INDEX_OFFSET);
    }

    /** The status as over HTTP, 400 to 599; known also where the reason is a newer server's. */
    public int status() {
        return LittleEndian.getUnsignedShort(bytes, at + RefusalBatchLayout.STATUS_OFFSET);
    }

    /** Milliseconds after which a retry may help; 0 when nothing is said about it. */
    public long retryAfterMs() {
        return LittleEndian.getUnsignedInt(bytes, at + RefusalBatchLayout.RETRY_AFTER_OFFSET);
    }

    public long idHigh() {
        return LittleEndian.getLong(bytes, at + RefusalBatchLayout.ID_HIGH_OFFSET);
    }

    public long idLow() {
        return LittleEndian.getLong(bytes, at + RefusalBatchLayout.ID_LOW_OFFSET);
    }

    /** The event's id, all zero when the server could not tell. Allocates. */
    public UUID id() {
        return new UUID(idHigh(), idLow());
    }

    /** The refusal as an object. Allocates. */
    public Refusal refusal() {
        int reasonCode = LittleEndian.getUnsignedByte(bytes, at + RefusalBatchLayout.REASON_OFFSET);
        String field = FrameText.get(bytes, fieldOffset());
        String detail = FrameText.get(bytes, detailOffset());
        return RefusalCode.refusal(reasonCode, status(), field.isEmpty() ? null : field, detail);
    }
}
