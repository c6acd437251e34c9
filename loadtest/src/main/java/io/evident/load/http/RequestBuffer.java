package io.evident.load.http;

import io.evident.load.pool.EventPool;
import io.evident.load.target.EventBatch;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes the request that posts a batch, in one piece. Reusable; allocates only to grow. Not thread-safe. */
final class RequestBuffer {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END_OF_HEAD = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int MOST_DIGITS = 10;
    private static final int GROUP_BITS = 16;
    private static final int HEX_BITS = 4;

    private final byte[] head;
    private final HttpForm form;
    private byte[] bytes = new byte[1 << 12];
    private int length;

    /** @param host as in the header of this name */
    RequestBuffer(String path, String host, HttpForm form) {
        this.form = form;
        this.head = ("POST " + path + " HTTP/1.1\r\nHost: " + host + "\r\nContent-Type: " + form.mediaType()
                        + "\r\nContent-Length: ")
                .getBytes(StandardCharsets.US_ASCII);
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    void write(EventBatch batch) {
        int bodyLength = form.lengthWithout(batch.count());
        for (int i = 0; i < batch.count(); i++) {
            bodyLength += batch.pool().json(batch.pick(i)).length;
        }
        int most = head.length + MOST_DIGITS + END_OF_HEAD.length + bodyLength;
        if (bytes.length < most) {
            bytes = new byte[Math.max(most, bytes.length * 2)];
        }
        length = 0;
        put(head);
        putNumber(bodyLength);
        put(END_OF_HEAD);
        for (int i = 0; i < batch.count(); i++) {
            length += form.putBefore(bytes, length, i);
            int event = length;
            put(batch.pool().json(batch.pick(i)));
            putId(event + EventPool.JSON_ID_OFFSET, batch.idHigh(), batch.idLow(i));
        }
        length += form.putEnd(bytes, length);
    }

    private void put(byte[] text) {
        System.arraycopy(text, 0, bytes, length, text.length);
        length += text.length;
    }

    private void putNumber(int number) {
        int digits = 1;
        for (int rest = number / 10; rest > 0; rest /= 10) {
            digits++;
        }
        int rest = number;
        for (int at = length + digits - 1; at >= length; at--) {
            bytes[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
    }

    /** As text: 8-4-4-4-12 digits. */
    private void putId(int offset, long high, long low) {
        int at = putHex(offset, high >>> (2 * GROUP_BITS), 8);
        at = putHex(at + 1, high >>> GROUP_BITS, 4);
        at = putHex(at + 1, high, 4);
        at = putHex(at + 1, low >>> (3 * GROUP_BITS), 4);
        putHex(at + 1, low, 12);
    }

    private int putHex(int offset, long value, int digits) {
        long rest = value;
        for (int at = offset + digits - 1; at >= offset; at--) {
            bytes[at] = HEX[(int) (rest & 0xF)];
            rest >>>= HEX_BITS;
        }
        return offset + digits;
    }

    /** The request as it stands, for tests. */
    byte[] copy() {
        return Arrays.copyOf(bytes, length);
    }
}
