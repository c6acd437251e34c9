package io.evident.event.wire;

import io.evident.event.EventLimits;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import java.util.Arrays;

/**
 * The server's answer to {@link Hello}: from here on events may be sent, within these limits.
 *
 * <pre>
 *   0                 2               6                8        12
 *  +-----------------+---------------+----------------+--------+------------------------+
 *  | protocolVersion | maxFrameBytes | maxBatchEvents | window | serverName: u16, UTF-8 |
 *  | u16             | u32           | u16            | u32    |                        |
 *  +-----------------+---------------+----------------+--------+------------------------+
 * </pre>
 *
 * @param protocolVersion the version of this conversation, at most the client's
 * @param maxFrameBytes longest frame that the server takes, its length field included; at least
 *     {@link FrameLayout#MIN_MAX_FRAME_BYTES}
 * @param maxBatchEvents most events of a batch, 1 to {@link FrameLayout#MAX_GROUP_ENTRIES}
 * @param window most events of this connection that may be unanswered at a time, from 1
 * @param serverName a name for people, the same in log and metrics of the server; no version; at most
 *     {@value FrameLayout#MAX_NAME_BYTES} bytes
 */
public record Welcome(int protocolVersion, int maxFrameBytes, int maxBatchEvents, int window, String serverName) {
    static final int MAX_FRAME_BYTES_OFFSET = 2;
    static final int MAX_BATCH_EVENTS_OFFSET = 6;
    static final int WINDOW_OFFSET = 8;
    static final int BLOCK_BYTES = 12;

    /** Throws {@link IllegalArgumentException} when a limit is out of its range or the name too long. */
    public Welcome {
        Hello.requireShort("serverName", serverName, FrameLayout.MAX_NAME_BYTES);
        if (maxFrameBytes < FrameLayout.MIN_MAX_FRAME_BYTES) {
            throw new IllegalArgumentException("maxFrameBytes " + maxFrameBytes + " has no room for an event of "
                    + EventLimits.ENCODED_BYTES + " bytes");
        }
        if (maxBatchEvents < 1 || maxBatchEvents > FrameLayout.MAX_GROUP_ENTRIES || window < 1) {
            throw new IllegalArgumentException(
                    "maxBatchEvents " + maxBatchEvents + ", window " + window + ": out of range");
        }
    }

    /** The whole frame. */
    public byte[] encode() {
        byte[] frame = new byte[FrameLayout.HEADER_BYTES + BLOCK_BYTES + Short.BYTES + FrameLayout.MAX_NAME_BYTES];
        FrameLayout.putHeader(frame, 0, BLOCK_BYTES, FrameLayout.WELCOME);
        int block = FrameLayout.HEADER_BYTES;
        LittleEndian.putShort(frame, block, protocolVersion);
        LittleEndian.putInt(frame, block + MAX_FRAME_BYTES_OFFSET, maxFrameBytes);
        LittleEndian.putShort(frame, block + MAX_BATCH_EVENTS_OFFSET, maxBatchEvents);
        LittleEndian.putInt(frame, block + WINDOW_OFFSET, window);
        int end = FrameText.put(frame, block + BLOCK_BYTES, frame.length, serverName, FrameLayout.MAX_NAME_BYTES);
        FrameLayout.putLength(frame, 0, end);
        return Arrays.copyOf(frame, end);
    }

    /** Whether a frame holds this message, with limits that are some: {@code null}, or what is wrong with it. */
    public static Refusal check(FrameView frame) {
        Refusal refusal = frame.checkMessage("Welcome", FrameLayout.WELCOME, BLOCK_BYTES);
        if (refusal != null) {
            return refusal;
        }
        int end = frame.endOfText(frame.blockEnd());
        if (end < 0) {
            return FrameView.cutShort("serverName");
        }
        refusal = checkContent(frame);
        return refusal != null ? refusal : frame.checkEnd(end);
    }

    private static Refusal checkContent(FrameView frame) {
        byte[] bytes = frame.bytes();
        int block = frame.blockOffset();
        int version = LittleEndian.getUnsignedShort(bytes, block);
        if (version == 0) {
            return new Refusal(RefusalReason.UNSUPPORTED_PROTOCOL, "protocolVersion", "versions begin with 1");
        }
        if (LittleEndian.getInt(bytes, block + MAX_FRAME_BYTES_OFFSET) < FrameLayout.MIN_MAX_FRAME_BYTES) {
            return new Refusal(
                    RefusalReason.INVALID_VALUE,
                    "maxFrameBytes",
                    "has to be " + FrameLayout.MIN_MAX_FRAME_BYTES + " to " + Integer.MAX_VALUE);
        }
        int maxBatchEvents = LittleEndian.getUnsignedShort(bytes, block + MAX_BATCH_EVENTS_OFFSET);
        if (maxBatchEvents < 1 || maxBatchEvents > FrameLayout.MAX_GROUP_ENTRIES) {
            return new Refusal(
                    RefusalReason.INVALID_VALUE, "maxBatchEvents", "has to be 1 to " + FrameLayout.MAX_GROUP_ENTRIES);
        }
        if (LittleEndian.getInt(bytes, block + WINDOW_OFFSET) < 1) {
            return new Refusal(RefusalReason.INVALID_VALUE, "window", "has to be 1 to " + Integer.MAX_VALUE);
        }
        return Hello.checkText(frame, frame.blockEnd(), "serverName", FrameLayout.MAX_NAME_BYTES);
    }

    /** The message of a frame that {@link #check} found nothing wrong with. */
    public static Welcome of(FrameView frame) {
        byte[] bytes = frame.bytes();
        int block = frame.blockOffset();
        return new Welcome(
                LittleEndian.getUnsignedShort(bytes, block),
                LittleEndian.getInt(bytes, block + MAX_FRAME_BYTES_OFFSET),
                LittleEndian.getUnsignedShort(bytes, block + MAX_BATCH_EVENTS_OFFSET),
                LittleEndian.getInt(bytes, block + WINDOW_OFFSET),
                FrameText.get(bytes, frame.blockEnd()));
    }
}
