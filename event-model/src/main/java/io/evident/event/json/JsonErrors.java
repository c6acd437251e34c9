package io.evident.event.json;

import io.evident.event.Refusal;
import io.evident.event.RefusalReason;

/** Puts into words where and how JSON is malformed. */
final class JsonErrors {
    private JsonErrors() {}

    /**
     * The refusal of malformed JSON.
     *
     * @param start where the text begins that lines and columns are counted from
     * @param at the byte at fault, or {@code end}
     * @param expected what would have been right there
     * @param field the field it happened in, or {@code null}
     */
    static Refusal malformed(byte[] bytes, int start, int end, int at, String expected, String field) {
        String found = at >= end ? "the end" : found(bytes[at]);
        return new Refusal(
                RefusalReason.MALFORMED, field, "expected " + expected + where(bytes, start, at) + ", found " + found);
    }

    /** The place of a byte, for example {@code " in line 2, column 7 (byte 31)"}; bytes count from 0. */
    static String where(byte[] bytes, int start, int at) {
        int line = 1;
        int column = 1;
        for (int i = start; i < at; i++) {
            if (bytes[i] == '\n') {
                line++;
                column = 1;
            } else if ((bytes[i] & 0xC0) != 0x80) {
                column++;
            }
        }
        return " in line " + line + ", column " + column + " (byte " + (at - start) + ")";
    }

    private static String found(byte b) {
        return b > ' ' && b < 0x7F ? "'" + (char) b + "'" : String.format("byte 0x%02x", b);
    }
}
