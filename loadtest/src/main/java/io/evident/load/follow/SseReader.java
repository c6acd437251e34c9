package io.evident.load.follow;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads a chunked HTTP/1.1 answer (RFC 9112) with server-sent events, as its bytes come, and finds the ids of the events in
 * it. Of each line only the beginning is kept: an event's id stands first. Not thread-safe.
 */
final class SseReader {
    private static final int KEPT_BYTES = 96;
    private static final int ID_CHARACTERS = 36;
    private static final String DATA = "data: {\"id\":\"";

    /** Hears of the events. */
    interface Listener {
        void event(String id);
    }

    private enum State {
        HEADER,
        CHUNK_SIZE,
        CHUNK,
        CHUNK_END
    }

    private final Listener listener;
    private final byte[] line = new byte[KEPT_BYTES];
    private final byte[] bodyLine = new byte[KEPT_BYTES];
    private State state = State.HEADER;
    private int lineLength;
    private int bodyLineLength;
    private int chunkLeft;
    private boolean first = true;
    private boolean begun;

    SseReader(Listener listener) {
        this.listener = listener;
    }

    /** Whether the server has begun to answer: what is stored from now on comes. */
    boolean begun() {
        return begun;
    }

    /**
     * Takes the next bytes.
     *
     * @throws IOException when the answer is not such a stream, or has ended
     */
    void read(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            byte next = bytes.get();
            if (state == State.CHUNK) {
                body(next);
                if (--chunkLeft == 0) {
                    state = State.CHUNK_END;
                }
            } else if (next == '\n') {
                endOfLine(text(line, lineLength));
                lineLength = 0;
            } else if (next != '\r' && lineLength < KEPT_BYTES) {
                line[lineLength++] = next;
            }
        }
    }

    private void endOfLine(String text) throws IOException {
        switch (state) {
            case HEADER -> header(text);
            case CHUNK_SIZE -> {
                chunkLeft = Integer.parseInt(text, 16);
                if (chunkLeft == 0) {
                    throw new IOException("the server ended the stream");
                }
                state = State.CHUNK;
            }
            case CHUNK_END -> state = State.CHUNK_SIZE;
            case CHUNK -> throw new IllegalStateException("bytes of a chunk are no line");
        }
    }

    private void header(String text) throws IOException {
        if (first && !text.startsWith("HTTP/1.1 200")) {
            throw new IOException("the server answered: " + text);
        }
        first = false;
        if (text.isEmpty()) {
            state = State.CHUNK_SIZE;
            begun = true;
        }
    }

    private void body(byte next) {
        if (next == '\n') {
            String text = text(bodyLine, bodyLineLength);
            bodyLineLength = 0;
            if (text.startsWith(DATA)) {
                listener.event(text.substring(DATA.length(), DATA.length() + ID_CHARACTERS));
            }
        } else if (bodyLineLength < KEPT_BYTES) {
            bodyLine[bodyLineLength++] = next;
        }
    }

    private static String text(byte[] bytes, int length) {
        return new String(bytes, 0, length, StandardCharsets.US_ASCII);
    }
}
