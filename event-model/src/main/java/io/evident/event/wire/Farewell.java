package io.evident.event.wire;

import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import java.util.Arrays;

/**
 * The last frame of a side, which closes the connection after it: what was wrong with what the other sent, or that it is
 * stopping ({@link RefusalReason#UNAVAILABLE}). Events that have no answer yet get none over this connection; sent again
 * with the same id they get one over the next.
 *
 * <pre>
 *   0        1        3
 *  +--------+--------+--------------------+
 *  | reason | status | detail: u16, UTF-8 |
 *  | u8     | u16    |                    |
 *  +--------+--------+--------------------+
 * </pre>
 *
 * @param refusal why; its field, if any, goes into the detail
 */
public record Farewell(Refusal refusal) {
    static final int STATUS_OFFSET = 1;
    static final int BLOCK_BYTES = 3;

    /** The whole frame. A detail of more than {@value FrameLayout#MAX_DETAIL_BYTES} bytes is cut off. */
    public byte[] encode() {
        byte[] frame = new byte[FrameLayout.HEADER_BYTES + BLOCK_BYTES + Short.BYTES + FrameLayout.MAX_DETAIL_BYTES];
        FrameLayout.putHeader(frame, 0, BLOCK_BYTES, FrameLayout.FAREWELL);
        int block = FrameLayout.HEADER_BYTES;
        RefusalReason reason = refusal.reason();
        frame[block] = (byte) reason.ordinal();
        LittleEndian.putShort(frame, block + STATUS_OFFSET, reason.status());
        String detail = refusal.field() == null ? refusal.detail() : refusal.field() + ": " + refusal.detail();
        int end = FrameText.put(frame, block + BLOCK_BYTES, frame.length, detail, FrameLayout.MAX_DETAIL_BYTES);
        FrameLayout.putLength(frame, 0, end);
        return Arrays.copyOf(frame, end);
    }

    /** Whether a frame holds this message: {@code null}, or what is wrong with it. */
    public static Refusal check(FrameView frame) {
        Refusal refusal = frame.checkMessage("Farewell", FrameLayout.FAREWELL, BLOCK_BYTES);
        if (refusal != null) {
            return refusal;
        }
        int end = frame.endOfText(frame.blockEnd());
        return end < 0 ? FrameView.cutShort("detail") : frame.checkEnd(end);
    }

    /** The message of a frame that {@link #check} found nothing wrong with. */
    public static Farewell of(FrameView frame) {
        byte[] bytes = frame.bytes();
        int block = frame.blockOffset();
        return new Farewell(RefusalCode.refusal(
                LittleEndian.getUnsignedByte(bytes, block),
                LittleEndian.getUnsignedShort(bytes, block + STATUS_OFFSET),
                null,
                FrameText.get(bytes, frame.blockEnd())));
    }
}
