package io.evident.client.read.answer;

import io.evident.event.Utf8;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * Reads server-sent events as the HTML standard, section 9.2.6, has it, however the bytes come. {@code retry} is passed by:
 * when to come back is for the client to choose. A line, and the data of a message, have a limit. Not thread-safe.
 */
public final class SseReader {
    private static final int NONE = -2;
    private static final int END = -1;
    private static final int[] BYTE_ORDER_MARK = {0xEF, 0xBB, 0xBF};

    private final InputStream in;
    private final int maxBytes;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private boolean hasData;
    private String type = "";
    private String lastId;
    /** A byte that was read to see whether it belongs to what stands before it, or {@link #NONE}. */
    private int ahead = NONE;

    private boolean afterReturn;
    private boolean begun;

    /**
     * A message, or a sign of life.
     *
     * @param type the event's name; {@code message} when it has none
     * @param data {@code null} when nothing was sent but a comment or an id
     * @param lastId the last id that was sent up to here, or {@code null}
     */
    @SuppressWarnings("ArrayRecordComponent") // Handed on to a parser; messages are not compared.
    public record Message(String type, byte[] data, String lastId) {}

    /**
     * @param in is read byte by byte, so it should have a buffer
     * @param maxBytes most bytes of a line, and of the data of a message
     */
    public SseReader(InputStream in, int maxBytes) {
        this.in = in;
        this.maxBytes = maxBytes;
    }

    /**
     * The next message or sign of life: whatever ends with an empty line. {@code null} at the end of the stream; what was
     * begun before it does not count.
     *
     * @throws BadAnswerException beyond a limit
     */
    public Message next() throws IOException {
        while (readLine()) {
            if (line.size() == 0) {
                return dispatch();
            }
            byte[] utf8 = line.toByteArray();
            if (!Utf8.isWellFormed(utf8, 0, utf8.length)) {
                throw new BadAnswerException("a line of the stream is not UTF-8");
            }
            field(new String(utf8, StandardCharsets.UTF_8));
        }
        return null;
    }

    private Message dispatch() {
        Message message = new Message(type.isEmpty() ? "message" : type, hasData ? data.toByteArray() : null, lastId);
        type = "";
        data.reset();
        hasData = false;
        return message;
    }

    private void field(String text) {
        int colon = text.indexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon);
        String value = colon < 0 ? "" : text.substring(colon + (text.startsWith(" ", colon + 1) ? 2 : 1));
        switch (name) {
            case "event" -> type = value;
            case "data" -> addData(value);
            case "id" -> lastId = value.indexOf('\0') >= 0 ? lastId : value.isEmpty() ? null : value;
            default -> {
                // A comment, which has no name, or something of a later standard.
            }
        }
    }

    private void addData(String value) {
        if (hasData) {
            data.write('\n');
        }
        hasData = true;
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > maxBytes - data.size()) {
            throw tooLong();
        }
        data.write(utf8, 0, utf8.length);
    }

    /** Reads a line that ends with LF, CR or both; false when the stream ends before the line does. */
    private boolean readLine() throws IOException {
        line.reset();
        skipByteOrderMark();
        while (true) {
            int next = read();
            if (next == '\n' && afterReturn) {
                afterReturn = false;
                continue;
            }
            afterReturn = next == '\r';
            if (next == '\n' || next == '\r') {
                return true;
            }
            if (next == END) {
                return false;
            }
            if (line.size() == maxBytes) {
                throw tooLong();
            }
            line.write(next);
        }
    }

    private void skipByteOrderMark() throws IOException {
        if (begun) {
            return;
        }
        begun = true;
        ahead = in.read();
        if (ahead == BYTE_ORDER_MARK[0]) {
            for (int i = 1; i < BYTE_ORDER_MARK.length; i++) {
                if (in.read() != BYTE_ORDER_MARK[i]) {
                    throw new BadAnswerException("the stream does not begin as UTF-8 does");
                }
            }
            ahead = NONE;
        }
    }

    private int read() throws IOException {
        int next = ahead == NONE ? in.read() : ahead;
        ahead = NONE;
        return next;
    }

    private BadAnswerException tooLong() {
        return new BadAnswerException("a line or message of the stream is longer than " + maxBytes + " bytes");
    }
}
