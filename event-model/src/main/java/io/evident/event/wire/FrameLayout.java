package io.evident.event.wire;

import io.evident.event.EventLayout;
import io.evident.event.EventLimits;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;

/**
 * The frames of the TCP protocol, little-endian. A frame is a length and one message of the published SBE schema
 * {@code evident.xml}. Offsets are from the first byte of the frame.
 *
 * <pre>
 *   0            4        6            8          10        12
 *  +------------+--------+------------+----------+---------+---------------------+
 *  | u32 bytes  | block  | template   | schema   | version | block, then groups, |
 *  | that       | length | id         | id       |         | then var data       |
 *  | follow     | u16    | u16        | u16      | u16     |                     |
 *  +------------+--------+------------+----------+---------+---------------------+
 * </pre>
 *
 * A connection goes like this:
 *
 * <pre>
 *   client                                server
 *     | Hello: version, token, name         |
 *     |-----------------------------------&gt;|
 *     |  Welcome: version, limits, window   |
 *     |&lt;-----------------------------------|
 *     | EventBatch: 1 to maxBatchEvents     |   any number, without waiting, as long as no more
 *     |-----------------------------------&gt;|   than window events are unanswered
 *     |         ReceiptBatch, RefusalBatch  |   each event exactly once, in any order, in any
 *     |&lt;-----------------------------------|   number of frames
 *     |                             Window  |   from now on this many may be unanswered
 *     |&lt;-----------------------------------|
 *     |              Farewell               |   either side, its last frame: what went wrong, or
 *     |&lt;-----------------------------------&gt;|   that it is stopping
 * </pre>
 *
 * Extension follows SBE: a newer peer may send longer blocks, and more groups or var data at the end of a message, with
 * a higher version; readers go by the block length they receive and skip what they do not know. New message types are
 * sent only to a peer whose protocol version knows them.
 */
public final class FrameLayout {
    /** Version of the conversation that this code speaks, as in {@link Hello} and {@link Welcome}. */
    public static final int PROTOCOL_VERSION = 1;

    /** Bytes of the length that begins every frame. */
    public static final int LENGTH_BYTES = 4;
    /** Bytes before a message's block: the length and the SBE message header. */
    public static final int HEADER_BYTES = LENGTH_BYTES + EventLayout.MESSAGE_HEADER_BYTES;
    /** Bytes of a group's header: block length and number of entries, each u16. */
    public static final int GROUP_HEADER_BYTES = 4;

    public static final int HELLO = 2;
    public static final int WELCOME = 3;
    public static final int EVENT_BATCH = 4;
    public static final int RECEIPT_BATCH = 5;
    public static final int REFUSAL_BATCH = 6;
    public static final int WINDOW = 7;
    public static final int FAREWELL = 8;

    /**
     * Longest frame by default, its length field included: a batch of a thousand events of a kilobyte each. What a server
     * takes it says in {@link Welcome}; what it sends is never longer than this.
     */
    public static final int DEFAULT_MAX_FRAME_BYTES = 1 << 20;
    /** Smallest limit of a frame that a peer may name: the largest event fits, alone in its batch. */
    public static final int MIN_MAX_FRAME_BYTES = EventLimits.ENCODED_BYTES + 1024;
    /** Most events of a batch by default. */
    public static final int DEFAULT_MAX_BATCH_EVENTS = 1_000;
    /** Most entries that a batch of events or answers can have in this layout. */
    public static final int MAX_GROUP_ENTRIES = 65_534;

    /** Longest token of a {@link Hello}, in UTF-8 bytes. */
    public static final int MAX_TOKEN_BYTES = 4 * 1024;
    /** Longest name of a client or server, in UTF-8 bytes. */
    public static final int MAX_NAME_BYTES = 256;
    /** Longest field name and detail of a refusal, in UTF-8 bytes; longer ones are cut off when they are sent. */
    public static final int MAX_DETAIL_BYTES = 1024;
    /** Longest frame that a server reads before it knows the client: it holds the largest {@link Hello}. */
    public static final int MAX_HELLO_FRAME_BYTES = 8 * 1024;

    static final int BLOCK_LENGTH_OFFSET = LENGTH_BYTES;
    static final int TEMPLATE_ID_OFFSET = LENGTH_BYTES + 2;
    static final int SCHEMA_ID_OFFSET = LENGTH_BYTES + 4;
    static final int VERSION_OFFSET = LENGTH_BYTES + 6;

    private FrameLayout() {}

    /**
     * The bytes of the whole frame that begins here, its length field included: up to 4 GiB when the peer is wrong, so
     * ask {@link #checkFrameLength} before anything is allocated.
     *
     * @param offset the first of at least {@link #LENGTH_BYTES} bytes
     */
    public static long frameLength(byte[] bytes, int offset) {
        return LENGTH_BYTES + LittleEndian.getUnsignedInt(bytes, offset);
    }

    /**
     * Whether a frame may be this long. After a wrong length nothing of the connection can be read any more.
     *
     * @param frameLength as {@link #frameLength} tells it
     * @param maxFrameBytes the reader's limit
     * @return {@code null}, or why not
     */
    public static Refusal checkFrameLength(long frameLength, int maxFrameBytes) {
        if (frameLength < HEADER_BYTES) {
            return Refusal.of(
                    RefusalReason.MALFORMED,
                    "a frame has at least " + HEADER_BYTES + " bytes, this one announces " + frameLength);
        }
        if (frameLength > maxFrameBytes) {
            return Refusal.of(
                    RefusalReason.BODY_TOO_LARGE,
                    "the frame announces " + frameLength + " bytes, at most " + maxFrameBytes + " are allowed");
        }
        return null;
    }

    /** Writes a frame's header all but its length, which {@link #putLength} adds when it is known. */
    static void putHeader(byte[] target, int offset, int blockLength, int templateId) {
        LittleEndian.putShort(target, offset + BLOCK_LENGTH_OFFSET, blockLength);
        LittleEndian.putShort(target, offset + TEMPLATE_ID_OFFSET, templateId);
        LittleEndian.putShort(target, offset + SCHEMA_ID_OFFSET, EventLayout.SCHEMA_ID);
        LittleEndian.putShort(target, offset + VERSION_OFFSET, EventLayout.SCHEMA_VERSION);
    }

    static void putLength(byte[] target, int offset, int frameLength) {
        LittleEndian.putInt(target, offset, frameLength - LENGTH_BYTES);
    }
}
