package io.evident.event.wire;

import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The first frame of a connection, from the client.
 *
 * <pre>
 *   0                 2          4
 *  +-----------------+----------+--------------------+------------------------+
 *  | protocolVersion | reserved | token: u16, UTF-8  | clientName: u16, UTF-8 |
 *  | u16             | u16      |                    |                        |
 *  +-----------------+----------+--------------------+------------------------+
 * </pre>
 *
 * @param protocolVersion the newest version the client speaks, from 1
 * @param token who the client is; empty where there is no authentication; at most
 *     {@value FrameLayout#MAX_TOKEN_BYTES} bytes
 * @param clientName a name for people, for log and metrics; at most {@value FrameLayout#MAX_NAME_BYTES} bytes
 */
public record Hello(int protocolVersion, String token, String clientName) {
    static final int BLOCK_BYTES = 4;

    /** Throws {@link IllegalArgumentException} when a text is too long to be sent. */
    public Hello {
        requireShort("token", token, FrameLayout.MAX_TOKEN_BYTES);
        requireShort("clientName", clientName, FrameLayout.MAX_NAME_BYTES);
    }

    static void requireShort(String what, String text, int maxBytes) {
        int length = text.getBytes(StandardCharsets.UTF_8).length;
        if (length > maxBytes) {
            throw new IllegalArgumentException(
                    what + " has " + length + " bytes of UTF-8, at most " + maxBytes + " are allowed");
        }
    }

    /** Without the token, which is a secret. */
    @Override
    public String toString() {
        return "Hello[protocolVersion=" + protocolVersion + ", clientName=" + clientName + "]";
    }

    /** The version that both sides speak, given the newest of each. */
    public int commonVersion() {
        return Math.min(protocolVersion, FrameLayout.PROTOCOL_VERSION);
    }

    /** The whole frame. */
    public byte[] encode() {
        byte[] frame = new byte[FrameLayout.MAX_HELLO_FRAME_BYTES];
        FrameLayout.putHeader(frame, 0, BLOCK_BYTES, FrameLayout.HELLO);
        int block = FrameLayout.HEADER_BYTES;
        LittleEndian.putShort(frame, block, protocolVersion);
        int at = FrameText.put(frame, block + BLOCK_BYTES, frame.length, token, FrameLayout.MAX_TOKEN_BYTES);
        at = FrameText.put(frame, at, frame.length, clientName, FrameLayout.MAX_NAME_BYTES);
        FrameLayout.putLength(frame, 0, at);
        return Arrays.copyOf(frame, at);
    }

    /** Whether a frame holds this message: {@code null}, or what is wrong with it. */
    public static Refusal check(FrameView frame) {
        Refusal refusal = frame.checkMessage("Hello", FrameLayout.HELLO, BLOCK_BYTES);
        if (refusal != null) {
            return refusal;
        }
        int tokenEnd = frame.endOfText(frame.blockEnd());
        if (tokenEnd < 0) {
            return FrameView.cutShort("token");
        }
        int nameEnd = frame.endOfText(tokenEnd);
        if (nameEnd < 0) {
            return FrameView.cutShort("clientName");
        }
        refusal = checkContent(frame, tokenEnd);
        return refusal != null ? refusal : frame.checkEnd(nameEnd);
    }

    private static Refusal checkContent(FrameView frame, int tokenEnd) {
        if (LittleEndian.getUnsignedShort(frame.bytes(), frame.blockOffset()) == 0) {
            return new Refusal(RefusalReason.UNSUPPORTED_PROTOCOL, "protocolVersion", "versions begin with 1");
        }
        Refusal refusal = checkText(frame, frame.blockEnd(), "token", FrameLayout.MAX_TOKEN_BYTES);
        return refusal != null ? refusal : checkText(frame, tokenEnd, "clientName", FrameLayout.MAX_NAME_BYTES);
    }

    /** What is wrong with the text whose length stands at {@code at}: too long, or bytes that change when read as UTF-8. */
    static Refusal checkText(FrameView frame, int at, String field, int maxBytes) {
        int length = LittleEndian.getUnsignedShort(frame.bytes(), at);
        if (length > maxBytes) {
            return new Refusal(
                    RefusalReason.INVALID_VALUE,
                    field,
                    "has " + length + " bytes, at most " + maxBytes + " are allowed");
        }
        int start = at + Short.BYTES;
        byte[] reread = FrameText.get(frame.bytes(), at).getBytes(StandardCharsets.UTF_8);
        return Arrays.equals(reread, 0, reread.length, frame.bytes(), start, start + length)
                ? null
                : new Refusal(RefusalReason.INVALID_TEXT, field, "is not valid UTF-8");
    }

    /** The message of a frame that {@link #check} found nothing wrong with. */
    public static Hello of(FrameView frame) {
        byte[] bytes = frame.bytes();
        return new Hello(
                LittleEndian.getUnsignedShort(bytes, frame.blockOffset()),
                FrameText.get(bytes, frame.blockEnd()),
                FrameText.get(bytes, frame.endOfText(frame.blockEnd())));
    }
}
