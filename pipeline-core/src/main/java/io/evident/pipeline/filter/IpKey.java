package io.evident.pipeline.filter;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Where an actor is, as bytes that compare: equal for all spellings of an address, and the addresses of a network side by
 * side. The first byte tells the kind: {@code 4} and 4 bytes, {@code 6} and 16 bytes, or {@code 127} and the text of what is
 * no address. IPv4-mapped addresses (RFC 4291, section 2.5.5.2) are those of IPv4. For one thread: reuses its buffer.
 */
public final class IpKey {
    static final byte V4 = 4;
    static final byte V6 = 6;
    static final byte NAME = 127;
    private static final int V4_BYTES = 4;
    private static final int V6_BYTES = 16;
    private static final int MAX_TEXT_BYTES = 256;

    private final byte[] key = new byte[1 + Math.max(V6_BYTES, MAX_TEXT_BYTES)];
    private int length;

    /** The key of a text, as a fresh array. */
    public static byte[] of(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > MAX_TEXT_BYTES) {
            byte[] name = new byte[1 + utf8.length];
            name[0] = NAME;
            System.arraycopy(utf8, 0, name, 1, utf8.length);
            return name;
        }
        IpKey key = new IpKey();
        key.read(utf8, 0, utf8.length);
        return Arrays.copyOf(key.bytes(), key.length());
    }

    /** The text that stands for a key: an address as RFC 5952 spells it, or the name. */
    public static String text(byte[] key) {
        return switch (key[0]) {
            case V4 -> (key[1] & 0xFF) + "." + (key[2] & 0xFF) + "." + (key[3] & 0xFF) + "." + (key[4] & 0xFF);
            case V6 -> v6Text(key);
            default -> new String(key, 1, key.length - 1, StandardCharsets.UTF_8);
        };
    }

    /** Reads a text in UTF-8, at most 256 bytes; the key is in {@link #bytes} then. */
    public void read(byte[] utf8, int offset, int count) {
        if (readV4(utf8, offset, offset + count, 1)) {
            key[0] = V4;
            length = 1 + V4_BYTES;
        } else if (readV6(utf8, offset, offset + count)) {
            key[0] = V6;
            length = 1 + V6_BYTES;
            unmap();
        } else {
            key[0] = NAME;
            System.arraycopy(utf8, offset, key, 1, count);
            length = 1 + count;
        }
    }

    /** The key that was read; {@link #length} bytes of it count. */
    public byte[] bytes() {
        return key;
    }

    public int length() {
        return length;
    }

    /** Four decimal numbers without leading zeros, which some read as octal. */
    private boolean readV4(byte[] text, int from, int end, int into) {
        int at = from;
        for (int part = 0; part < V4_BYTES; part++) {
            int start = at;
            int value = 0;
            while (at < end && text[at] >= '0' && text[at] <= '9' && at - start < 3) {
                value = value * 10 + text[at++] - '0';
            }
            boolean ends = part == V4_BYTES - 1 ? at == end : at < end && text[at] == '.';
            if (at == start || value > 255 || (at - start > 1 && text[start] == '0') || !ends) {
                return false;
            }
            key[into + part] = (byte) value;
            at++;
        }
        return true;
    }

    private boolean readV6(byte[] text, int from, int end) {
        int at = from;
        int filled = 0;
        int gap = -1;
        if (end - from >= 2 && text[from] == ':' && text[from + 1] == ':') {
            gap = 0;
            at += 2;
        }
        while (at < end) {
            if (filled <= V6_BYTES - V4_BYTES && readV4(text, at, end, 1 + filled)) {
                filled += V4_BYTES;
                break;
            }
            int start = at;
            int value = 0;
            while (at < end && at - start < 4 && Character.digit(text[at], 16) >= 0) {
                value = value << 4 | Character.digit(text[at++], 16);
            }
            if (at == start || filled == V6_BYTES) {
                return false;
            }
            key[1 + filled++] = (byte) (value >>> 8);
            key[1 + filled++] = (byte) value;
            if (at == end) {
                break;
            }
            if (text[at++] != ':' || at == end) {
                return false;
            }
            if (text[at] == ':') {
                if (gap >= 0) {
                    return false;
                }
                gap = filled;
                at++;
            }
        }
        return spread(filled, gap);
    }

    /** Puts zeros in the place of {@code ::}. */
    private boolean spread(int filled, int gap) {
        if (gap < 0 || filled == V6_BYTES) {
            return gap < 0 && filled == V6_BYTES;
        }
        int behind = filled - gap;
        System.arraycopy(key, 1 + gap, key, 1 + V6_BYTES - behind, behind);
        Arrays.fill(key, 1 + gap, 1 + V6_BYTES - behind, (byte) 0);
        return true;
    }

    private void unmap() {
        for (int i = 1; i <= 10; i++) {
            if (key[i] != 0) {
                return;
            }
        }
        if (key[11] == -1 && key[12] == -1) {
            key[0] = V4;
            System.arraycopy(key, 13, key, 1, V4_BYTES);
            length = 1 + V4_BYTES;
        }
    }

    private static String v6Text(byte[] key) {
        int[] groups = new int[8];
        for (int i = 0; i < groups.length; i++) {
            groups[i] = ((key[1 + 2 * i] & 0xFF) << 8) | (key[2 + 2 * i] & 0xFF);
        }
        int bestStart = -1;
        int bestLength = 1;
        for (int i = 0; i < groups.length; i++) {
            int run = i;
            while (run < groups.length && groups[run] == 0) {
                run++;
            }
            if (run - i > bestLength) {
                bestStart = i;
                bestLength = run - i;
            }
            i = Math.max(i, run - 1);
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < groups.length; i++) {
            if (i == bestStart) {
                text.append("::");
                i += bestLength - 1;
            } else {
                if (i > 0 && text.charAt(text.length() - 1) != ':') {
                    text.append(':');
                }
                text.append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }
}
