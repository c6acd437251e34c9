package io.evident.load.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Finds where an HTTP/1.1 answer ends within bytes that may hold only a part of it, and where its body is: with a length or
 * in chunks (RFC 9112), which are joined in place. Reusable, allocates nothing. Not thread-safe.
 */
final class AnswerFraming {
    private static final byte[] LENGTH = "content-length:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CHUNKED = "transfer-encoding:chunked".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CLOSE = "connection:close".getBytes(StandardCharsets.US_ASCII);
    private static final int STATUS_OFFSET = "HTTP/1.1 ".length();
    private static final int STATUS_DIGITS = 3;
    private static final int INCOMPLETE = -1;
    private static final int MOST_DIGITS = 8;

    private int status;
    private int bodyFrom;
    private int bodyTo;
    private boolean close;

    /**
     * Looks at an answer.
     *
     * @return where it ends, or -1 when that is not there yet
     * @throws IOException when it is none
     */
    int end(byte[] bytes, int from, int to) throws IOException {
        int headEnd = endOfHead(bytes, from, to);
        if (headEnd < 0) {
            return INCOMPLETE;
        }
        if (headEnd - from < STATUS_OFFSET + STATUS_DIGITS || bytes[from] != 'H') {
            throw new IOException("no HTTP answer");
        }
        status = (int) number(bytes, from + STATUS_OFFSET, from + STATUS_OFFSET + STATUS_DIGITS, 10);
        long length = 0;
        boolean chunked = false;
        close = false;
        for (int at = lineEnd(bytes, from, headEnd) + 1; at < headEnd; at = lineEnd(bytes, at, headEnd) + 1) {
            int lineEnd = lineEnd(bytes, at, headEnd);
            int value = match(bytes, at, lineEnd, LENGTH);
            if (value > 0) {
                length = number(bytes, value, lineEnd, 10);
            }
            chunked |= match(bytes, at, lineEnd, CHUNKED) > 0;
            close |= match(bytes, at, lineEnd, CLOSE) > 0;
        }
        bodyFrom = headEnd;
        if (chunked) {
            return endOfChunks(bytes, to);
        }
        bodyTo = bodyFrom + (int) length;
        return bodyTo <= to ? bodyTo : INCOMPLETE;
    }

    private static int endOfHead(byte[] bytes, int from, int to) {
        for (int at = from + 3; at < to; at++) {
            if (bytes[at] == '\n' && bytes[at - 2] == '\n') {
                return at + 1;
            }
        }
        return INCOMPLETE;
    }

    private static int lineEnd(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && bytes[at] != '\n') {
            at++;
        }
        return at;
    }

    /** Behind what a line begins with, whatever its case and its blanks, or -1. */
    private static int match(byte[] bytes, int from, int to, byte[] wanted) {
        int at = from;
        for (byte each : wanted) {
            while (at < to && bytes[at] == ' ') {
                at++;
            }
            if (at >= to || lower(bytes[at++]) != each) {
                return INCOMPLETE;
            }
        }
        return at;
    }

    private static int lower(byte letter) {
        return letter >= 'A' && letter <= 'Z' ? letter + ('a' - 'A') : letter;
    }

    private static long number(byte[] bytes, int from, int to, int radix) throws IOException {
        long number = 0;
        int digits = 0;
        for (int at = from; at < to && bytes[at] != ';' && bytes[at] != '\r' && bytes[at] != '\n'; at++) {
            int digit = Character.digit(bytes[at], radix);
            if (bytes[at] != ' ' && (digit < 0 || ++digits > MOST_DIGITS)) {
                throw new IOException("no number in an HTTP answer");
            }
            number = bytes[at] == ' ' ? number : number * radix + digit;
        }
        if (digits == 0 || number > Integer.MAX_VALUE / 2) {
            throw new IOException("no length in an HTTP answer");
        }
        return number;
    }

    /** Looks for the last chunk first: bytes are moved only when all are there. */
    private int endOfChunks(byte[] bytes, int to) throws IOException {
        int end = walkChunks(bytes, to, false);
        return end < 0 ? end : walkChunks(bytes, to, true);
    }

    private int walkChunks(byte[] bytes, int to, boolean join) throws IOException {
        int at = bodyFrom;
        bodyTo = bodyFrom;
        while (true) {
            int lineEnd = lineEnd(bytes, at, to);
            if (lineEnd >= to) {
                return INCOMPLETE;
            }
            int size = (int) number(bytes, at, lineEnd, 16);
            at = lineEnd + 1;
            if (size == 0) {
                return endOfTrailer(bytes, at, to);
            }
            if (to - at < size + 2) {
                return INCOMPLETE;
            }
            if (join) {
                System.arraycopy(bytes, at, bytes, bodyTo, size);
            }
            bodyTo += size;
            at += size + 2;
        }
    }

    private static int endOfTrailer(byte[] bytes, int from, int to) {
        int at = from;
        while (true) {
            int lineEnd = lineEnd(bytes, at, to);
            if (lineEnd >= to) {
                return INCOMPLETE;
            }
            if (lineEnd - at <= 1) {
                return lineEnd + 1;
            }
            at = lineEnd + 1;
        }
    }

    int status() {
        return status;
    }

    int bodyFrom() {
        return bodyFrom;
    }

    int bodyTo() {
        return bodyTo;
    }

    /** Whether the server closes the connection after this answer. */
    boolean isLast() {
        return close;
    }
}
