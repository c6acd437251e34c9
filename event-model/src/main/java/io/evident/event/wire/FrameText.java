package io.evident.event.wire;

import java.nio.charset.StandardCharsets;

/** Texts in frames: a u16 length and UTF-8. Stateless. */
final class FrameText {
    private FrameText() {}

    /** Reads the text whose length stands at {@code at}. Allocates. Bytes that are not UTF-8 are replaced. */
    static String get(byte[] bytes, int at) {
        int length = LittleEndian.getUnsignedShort(bytes, at);
        return new String(bytes, at + Short.BYTES, length, StandardCharsets.UTF_8);
    }

    /**
     * Writes a text without allocating, cut off before the first code point that would pass the limit; unpaired
     * surrogates become question marks.
     *
     * @param maxBytes the limit, at most 65,534
     * @return where the text ends, or -1 when there is no room before {@code limit}
     */
    static int put(byte[] target, int from, int limit, String text, int maxBytes) {
        int start = from + Short.BYTES;
        int at = start;
        int i = 0;
        while (i < text.length()) {
            int codePoint = text.codePointAt(i);
            i += Character.charCount(codePoint);
            int size = size(codePoint);
            if (at + size - start > maxBytes) {
                break;
            }
            if (at + size > limit) {
                return -1;
            }
            putCodePoint(target, at, codePoint, size);
            at += size;
        }
        if (start > limit) {
            return -1;
        }
        LittleEndian.putShort(target, from, at - start);
        return at;
    }

    private static int size(int codePoint) {
        if (codePoint < 0x80 || isSurrogate(codePoint)) {
            return 1;
        }
        return codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
    }

    private static boolean isSurrogate(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }

    private static void putCodePoint(byte[] target, int at, int codePoint, int size) {
        if (size == 1) {
            target[at] = (byte) (isSurrogate(codePoint) ? '?' : codePoint);
            return;
        }
        int rest = codePoint;
        for (int i = size - 1; i > 0; i--) {
            target[at + i] = (byte) (0x80 | (rest & 0x3F));
            rest >>>= 6;
        }
        int leadMark = size == 2 ? 0xC0 : size == 3 ? 0xE0 : 0xF0;
        target[at] = (byte) (leadMark | rest);
    }
}
