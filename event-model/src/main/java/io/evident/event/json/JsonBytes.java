package io.evident.event.json;

import io.evident.event.EventIdText;
import io.evident.event.EventTimeText;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * JSON in UTF-8 while it is written: an array that grows. {@link EventJsonWriter} writes events to it; whoever writes
 * anything else writes to it as to a stream. Reusable, not thread-safe.
 */
public final class JsonBytes extends OutputStream {
    /** The most bytes that a byte of text becomes: a backslash, a u and four digits. */
    private static final int ESCAPED_BYTES = 6;

    private static final byte[] HEX = ascii("0123456789abcdef");
    /** As most writers of JSON have it, upper case in text. */
    private static final byte[] UPPER_HEX = ascii("0123456789ABCDEF");
    /** For each ASCII character what stands behind the backslash, {@code u} for four digits, 0 for none. */
    private static final byte[] ESCAPES = escapes();

    private static final int LONG_DIGITS = 20;
    /** The first of four bytes of UTF-8 is this or more, and negative. */
    private static final byte FIRST_OF_FOUR = (byte) 0xF0;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = ONES << 7;
    private static final long BLANKS = ONES * ' ';
    private static final long QUOTES = ONES * '"';
    private static final long BACKSLASHES = ONES * '\\';

    private byte[] bytes;
    private int length;

    /**
     * Begins with nothing.
     *
     * @param firstBytes room from the beginning
     */
    public JsonBytes(int firstBytes) {
        bytes = new byte[firstBytes];
    }

    /** How many bytes were written. */
    public int length() {
        return length;
    }

    /** Begins anew; the room stays. */
    public void clear() {
        length = 0;
    }

    /** A copy of what was written. */
    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }

    /** Writes what was written to another stream. */
    public void writeTo(OutputStream out) throws IOException {
        out.write(bytes, 0, length);
    }

    @Override
    public void write(int one) {
        room(1);
        bytes[length++] = (byte) one;
    }

    @Override
    public void write(byte[] source, int offset, int count) {
        room(count);
        System.arraycopy(source, offset, bytes, length, count);
        length += count;
    }

    /** Nothing to close. */
    @Override
    public void close() {}

    /** The bytes of an ASCII text, for {@link #raw}. */
    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Writes bytes as they are. */
    void raw(byte[] json) {
        write(json, 0, json.length);
    }

    /** Writes bytes as they are, but for line ends, which become blanks. */
    void rawOnOneLine(byte[] json, int offset, int count) {
        room(count);
        for (int i = offset; i < offset + count; i++) {
            byte b = json[i];
            bytes[length++] = b == '\n' || b == '\r' ? (byte) ' ' : b;
        }
    }

    /**
     * Begins an object whose members are all written with a comma in front.
     *
     * @return what {@link #endObject} wants to know
     */
    int beginObject() {
        return length;
    }

    /** Ends an object: the comma of its first member becomes the brace in front of it. */
    void endObject(int begin) {
        if (length == begin) {
            write('{');
        } else {
            bytes[begin] = '{';
        }
        write('}');
    }

    /** Writes well-formed UTF-8 as a text, in quotes. */
    void text(byte[] utf8, int offset, int count) {
        text(utf8, offset, count, false);
    }

    /** The same, but a character beyond the basic plane becomes two escaped surrogates. */
    void textOfBasicPlane(byte[] utf8, int offset, int count) {
        text(utf8, offset, count, true);
    }

    private void text(byte[] utf8, int offset, int count, boolean basicPlane) {
        room(ESCAPED_BYTES * count + 2);
        byte[] target = bytes;
        int at = length;
        target[at++] = '"';
        if (isPlain(utf8, offset, count, basicPlane)) {
            System.arraycopy(utf8, offset, target, at, count);
            target[at + count] = '"';
            length = at + count + 1;
            return;
        }
        for (int i = offset; i < offset + count; i++) {
            byte b = utf8[i];
            if (b >= 0 && ESCAPES[b] != 0) {
                at = escaped(b, target, at);
            } else if (basicPlane && b < 0 && b >= FIRST_OF_FOUR) {
                at = surrogates(utf8, i, target, at);
                i += 3;
            } else {
                target[at++] = b;
            }
        }
        target[at++] = '"';
        length = at;
    }

    /**
     * Whether all bytes can be written as they are, as those of nearly all texts; false also for some that can. Eight bytes
     * at a time: a byte below n is one from which n is borrowed (Warren, "Hacker's Delight", 6-1).
     */
    private static boolean isPlain(byte[] utf8, int offset, int count, boolean basicPlane) {
        int at = offset;
        int end = offset + count;
        for (; at <= end - Long.BYTES; at += Long.BYTES) {
            long eight = (long) LONG.get(utf8, at);
            long quotes = eight ^ QUOTES;
            long backslashes = eight ^ BACKSLASHES;
            long special = ((eight - BLANKS) & ~eight)
                    | ((quotes - ONES) & ~quotes)
                    | ((backslashes - ONES) & ~backslashes)
                    | (basicPlane ? eight : 0);
            if ((special & HIGH_BITS) != 0) {
                return false;
            }
        }
        for (; at < end; at++) {
            byte b = utf8[at];
            if (b >= 0 ? ESCAPES[b] != 0 : basicPlane) {
                return false;
            }
        }
        return true;
    }

    /** Writes the character that stands in four bytes. */
    private static int surrogates(byte[] utf8, int offset, byte[] target, int from) {
        int at = from;
        String pair = new String(utf8, offset, 4, StandardCharsets.UTF_8);
        for (int i = 0; i < pair.length(); i++) {
            target[at++] = '\\';
            target[at++] = 'u';
            for (int shift = 12; shift >= 0; shift -= 4) {
                target[at++] = UPPER_HEX[pair.charAt(i) >> shift & 15];
            }
        }
        return at;
    }

    private static int escaped(byte b, byte[] target, int from) {
        int at = from;
        target[at++] = '\\';
        target[at++] = ESCAPES[b];
        if (ESCAPES[b] == 'u') {
            target[at++] = '0';
            target[at++] = '0';
            target[at++] = UPPER_HEX[b >> 4];
            target[at++] = UPPER_HEX[b & 15];
        }
        return at;
    }

    /** Writes a time, in quotes. */
    void time(long ns) {
        room(EventTimeText.MAX_LENGTH + 2);
        bytes[length++] = '"';
        length += EventTimeText.format(ns, bytes, length);
        bytes[length++] = '"';
    }

    /** Writes an id, in quotes. */
    void id(long high, long low) {
        room(EventIdText.LENGTH + 2);
        bytes[length++] = '"';
        hex(high >>> 32, 8);
        bytes[length++] = '-';
        hex(high >>> 16, 4);
        bytes[length++] = '-';
        hex(high, 4);
        bytes[length++] = '-';
        hex(low >>> 48, 4);
        bytes[length++] = '-';
        hex(low, 12);
        bytes[length++] = '"';
    }

    private void hex(long value, int digits) {
        for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
            bytes[length++] = HEX[(int) (value >>> shift) & 15];
        }
    }

    /** Writes a number. */
    void number(long value) {
        if (value == Long.MIN_VALUE) {
            raw(ascii(Long.toString(value))); // it has no counterpart above 0
            return;
        }
        room(LONG_DIGITS);
        if (value < 0) {
            bytes[length++] = '-';
        }
        long rest = Math.abs(value);
        int digits = 1;
        for (long more = rest / 10; more > 0; more /= 10) {
            digits++;
        }
        length += digits;
        for (int at = length - 1; at >= length - digits; at--) {
            bytes[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    /** Makes room; twice as much as there was, so that each byte is moved once on average. */
    private void room(int count) {
        if (count > bytes.length - length) {
            int needed = Math.addExact(length, count);
            bytes = Arrays.copyOf(bytes, (int) Math.max(needed, Math.min(2L * bytes.length, Integer.MAX_VALUE - 8)));
        }
    }

    private static byte[] escapes() {
        byte[] escapes = new byte[128];
        Arrays.fill(escapes, 0, ' ', (byte) 'u');
        escapes['\b'] = 'b';
        escapes['\t'] = 't';
        escapes['\n'] = 'n';
        escapes['\f'] = 'f';
        escapes['\r'] = 'r';
        escapes['"'] = '"';
        escapes['\\'] = '\\';
        return escapes;
    }
}
