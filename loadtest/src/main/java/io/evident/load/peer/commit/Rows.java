package io.evident.load.peer.commit;

import io.evident.load.target.EventBatch;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The events of one request as bytes, and which batches they came in: a batch may be spread over several. Reused; not
 * thread-safe.
 */
public final class Rows {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int HALF_BYTE_BITS = 4;

    private byte[] bytes = new byte[1 << 16];
    private int length;
    private int events;
    private long[] intendedNs = new long[16];
    private long[] sentNs = new long[16];
    private int[] counts = new int[16];
    private int parts;

    void clear() {
        length = 0;
        events = 0;
        parts = 0;
    }

    /** Says that what was added since the last call came in one batch. */
    void endPart(long intended, long sent, int count) {
        if (parts == counts.length) {
            intendedNs = Arrays.copyOf(intendedNs, 2 * parts);
            sentNs = Arrays.copyOf(sentNs, 2 * parts);
            counts = Arrays.copyOf(counts, 2 * parts);
        }
        intendedNs[parts] = intended;
        sentNs[parts] = sent;
        counts[parts] = count;
        parts++;
        events += count;
    }

    int parts() {
        return parts;
    }

    long intendedNs(int part) {
        return intendedNs[part];
    }

    long sentNs(int part) {
        return sentNs[part];
    }

    int count(int part) {
        return counts[part];
    }

    /** How many events there are. */
    public int events() {
        return events;
    }

    /** The first {@link #length} of these count; not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    public int length() {
        return length;
    }

    /** Adds bytes as they are. */
    public Rows add(byte[] from) {
        ensure(from.length);
        System.arraycopy(from, 0, bytes, length, from.length);
        length += from.length;
        return this;
    }

    /** Adds one byte. */
    public Rows add(char ascii) {
        ensure(1);
        bytes[length++] = (byte) ascii;
        return this;
    }

    /** Adds a number in decimal digits. */
    public Rows addDecimal(long number) {
        return add(Long.toString(number).getBytes(StandardCharsets.US_ASCII));
    }

    /** Adds a number, least byte first. */
    public Rows addLittleEndian(int number) {
        ensure(Integer.BYTES);
        for (int i = 0; i < Integer.BYTES; i++) {
            bytes[length++] = (byte) (number >>> (i * Byte.SIZE));
        }
        return this;
    }

    /** Adds an event's id in its text form. */
    public Rows addId(EventBatch batch, int index) {
        long high = batch.idHigh();
        long low = batch.idLow(index);
        return addHex(high >>> 32, 8)
                .add('-')
                .addHex(high >>> 16, 4)
                .add('-')
                .addHex(high, 4)
                .add('-')
                .addHex(low >>> 48, 4)
                .add('-')
                .addHex(low, 12);
    }

    private Rows addHex(long bits, int digits) {
        ensure(digits);
        for (int i = digits - 1; i >= 0; i--) {
            bytes[length++] = HEX[(int) (bits >>> (i * HALF_BYTE_BITS)) & 0xF];
        }
        return this;
    }

    /** Adds an event in Evident's binary form, with its id. */
    public Rows addEvent(EventBatch batch, int index) {
        ensure(batch.length(index));
        length += batch.copy(index, bytes, length);
        return this;
    }

    private void ensure(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }
}
