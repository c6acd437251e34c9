package io.evident.event.wire;

import io.evident.event.Refusal;
import io.evident.event.RefusalReason;

/**
 * From the server, at any time after {@link Welcome}: how many events of this connection may be unanswered from now on.
 * Events that are on their way already when it arrives are taken within the old window.
 *
 * <pre>
 *   0        4
 *  +--------+
 *  | window |
 *  | u32    |
 *  +--------+
 * </pre>
 *
 * @param window 0 stops the client until the next one
 */
public record Window(int window) {
    static final int BLOCK_BYTES = 4;

    /** Bytes of the frame. */
    public static final int FRAME_BYTES = FrameLayout.HEADER_BYTES + BLOCK_BYTES;

    /** Throws {@link IllegalArgumentException} when the window is negative. */
    public Window {
        if (window < 0) {
            throw new IllegalArgumentException("window " + window + " is negative");
        }
    }

    /** The whole frame. */
    public byte[] encode() {
        byte[] frame = new byte[FRAME_BYTES];
        FrameLayout.putHeader(frame, 0, BLOCK_BYTES, FrameLayout.WINDOW);
        LittleEndian.putInt(frame, FrameLayout.HEADER_BYTES, window);
        FrameLayout.putLength(frame, 0, FRAME_BYTES);
        return frame;
    }

    /** Whether a frame holds this message: {@code null}, or what is wrong with it. */
    public static Refusal check(FrameView frame) {
        Refusal refusal = frame.checkMessage("Window", FrameLayout.WINDOW, BLOCK_BYTES);
        if (refusal != null) {
            return refusal;
        }
        return LittleEndian.getInt(frame.bytes(), frame.blockOffset()) < 0
                ? new Refusal(RefusalReason.INVALID_VALUE, "window", "has to be 0 to " + Integer.MAX_VALUE)
                : frame.checkEnd(frame.blockEnd());
    }

    /** The message of a frame that {@link #check} found nothing wrong with. */
    public static Window of(FrameView frame) {
        return new Window(LittleEndian.getInt(frame.bytes(), frame.blockOffset()));
    }
}
