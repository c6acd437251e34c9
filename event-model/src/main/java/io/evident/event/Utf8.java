package io.evident.event;

import java.nio.charset.StandardCharsets;

/** UTF-8 (Unicode 15, table 3-7) checked and written; only a text with more than ASCII is written with an array between. Stateless. */
public final class Utf8 {
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    private Utf8() {}

    /** Whether these bytes are UTF-8: no overlong form, no surrogate, nothing past U+10FFFF, nothing cut short. */
    public static boolean isWellFormed(byte[] bytes, int offset, int length) {
        return firstIllFormed(bytes, offset, length) < 0;
    }

    /** The index of the first byte that begins no well-formed sequence, or -1 when all is well. */
    public static int firstIllFormed(byte[] bytes, int offset, int length) {
        int end = offset + length;
        int at = skipAscii(bytes, offset, end);
        while (at < end) {
            int next = at + sequenceLength(bytes, at, end);
            if (next == at) {
                return at;
            }
            at = skipAscii(bytes, next, end);
        }
        return -1;
    }

    /**
     * Writes UTF-16 as UTF-8.
     *
     * @param target has room for three bytes per character from its start
     * @return the bytes written, or -1 when a surrogate stands alone
     */
    public static int encode(char[] chars, int offset, int length, byte[] target) {
        int to = 0;
        for (int i = offset; i < offset + length; i++) {
            char c = chars[i];
            if (c < 0x80) {
                target[to++] = (byte) c;
            } else if (c < 0x800) {
                target[to++] = (byte) (0xC0 | (c >> 6));
                target[to++] = (byte) (0x80 | (c & 0x3F));
            } else if (!Character.isSurrogate(c)) {
                target[to++] = (byte) (0xE0 | (c >> 12));
                target[to++] = (byte) (0x80 | ((c >> 6) & 0x3F));
                target[to++] = (byte) (0x80 | (c & 0x3F));
            } else if (i + 1 < offset + length && Character.isSurrogatePair(c, chars[i + 1])) {
                to = putSupplementary(Character.toCodePoint(c, chars[++i]), target, to);
            } else {
                return -1;
            }
        }
        return to;
    }

    /** Bytes of a text as UTF-8, or -1 when a surrogate stands alone, so that it has none. */
    static long encodedLength(String text) {
        long length = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                continue;
            }
            if (!Character.isSurrogate(c)) {
                length += c < 0x800 ? 1 : 2;
            } else if (i + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(i + 1))) {
                length += 2;
                i++;
            } else {
                return -1;
            }
        }
        return length;
    }

    /**
     * Writes a text as UTF-8.
     *
     * @param length what {@link #encodedLength} said of it, not -1; the target has room for as many bytes
     */
    @SuppressWarnings("deprecation") // getBytes(int...) drops the upper halves of characters: ASCII has none
    static void encode(String text, int length, byte[] target, int offset) {
        if (length == text.length()) {
            text.getBytes(0, length, target, offset);
            return;
        }
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(utf8, 0, target, offset, length);
    }

    private static int putSupplementary(int codePoint, byte[] target, int to) {
        target[to] = (byte) (0xF0 | (codePoint >> 18));
        target[to + 1] = (byte) (0x80 | ((codePoint >> 12) & 0x3F));
        target[to + 2] = (byte) (0x80 | ((codePoint >> 6) & 0x3F));
        target[to + 3] = (byte) (0x80 | (codePoint & 0x3F));
        return to + 4;
    }

    private static int skipAscii(byte[] bytes, int from, int end) {
        int at = from;
        while (at <= end - Long.BYTES && (EventLayout.getLong(bytes, at) & HIGH_BITS) == 0) {
            at += Long.BYTES;
        }
        while (at < end && bytes[at] >= 0) {
            at++;
        }
        return at;
    }

    /** Bytes of the multi-byte sequence that begins here, or 0 when it is ill-formed. */
    private static int sequenceLength(byte[] bytes, int at, int end) {
        int lead = bytes[at] & 0xFF;
        int count = lead >= 0xC2 && lead <= 0xDF ? 2 : (lead & 0xF0) == 0xE0 ? 3 : lead >= 0xF0 && lead <= 0xF4 ? 4 : 0;
        if (count == 0 || at + count > end || !isSecond(lead, bytes[at + 1] & 0xFF)) {
            return 0;
        }
        for (int i = 2; i < count; i++) {
            if ((bytes[at + i] & 0xC0) != 0x80) {
                return 0;
            }
        }
        return count;
    }

    /** The second byte's range depends on the first: this keeps out overlong forms, surrogates and what is past U+10FFFF. */
    private static boolean isSecond(int lead, int second) {
        return switch (lead) {
            case 0xE0 -> second >= 0xA0 && second <= 0xBF;
            case 0xED -> second >= 0x80 && second <= 0x9F;
            case 0xF0 -> second >= 0x90 && second <= 0xBF;
            case 0xF4 -> second >= 0x80 && second <= 0x8F;
            default -> second >= 0x80 && second <= 0xBF;
        };
    }
}
