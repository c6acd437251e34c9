package io.evident.pipeline.filter;

import java.util.Arrays;

/**
 * The addresses of a network (RFC 4632, RFC 4291), as the first and the last of their {@link IpKey}s. Immutable.
 *
 * @param first the first key; not to be changed
 * @param last the last key, of the same length; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // Two bounds for whoever walks over keys; networks are not compared.
public record IpNetwork(byte[] first, byte[] last) {
    private static final int BYTE_BITS = 8;

    /** Reads {@code address/bits}; bits behind the prefix do not count. {@code null} when it is no network. */
    public static IpNetwork parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("[0-9]{1,3}")) {
            return null;
        }
        byte[] address = IpKey.of(text.substring(0, slash));
        int bits = Integer.parseInt(text.substring(slash + 1));
        boolean mapped = address[0] == IpKey.V4 && text.indexOf(':') >= 0;
        if (address[0] == IpKey.NAME || mapped || bits > (address.length - 1) * BYTE_BITS) {
            return null;
        }
        byte[] first = address.clone();
        byte[] last = address.clone();
        for (int i = 1; i < address.length; i++) {
            int kept = Math.min(BYTE_BITS, Math.max(0, bits - (i - 1) * BYTE_BITS));
            int free = 0xFF >>> kept;
            first[i] &= (byte) ~free;
            last[i] |= (byte) free;
        }
        return new IpNetwork(first, last);
    }

    /** Whether an address, by its key, belongs to it. */
    public boolean contains(byte[] key, int length) {
        return length == first.length
                && Arrays.compareUnsigned(key, 0, length, first, 0, length) >= 0
                && Arrays.compareUnsigned(key, 0, length, last, 0, length) <= 0;
    }
}
