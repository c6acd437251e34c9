package io.evident.event;

import java.util.UUID;

/**
 * Event ids as text: the 36 characters of RFC 9562, section 4, in upper or lower case. Stricter than
 * {@link UUID#fromString}, which takes groups of any length. Reusable, not thread-safe.
 *
 * <p>Any version and variant is an id. The nil UUID is none: zero stands for "no id" in the binary layout.
 */
public final class EventIdText {
    /** Characters of an id. */
    public static final int LENGTH = 36;

    private long high;
    private long low;

    /**
     * Reads an id.
     *
     * @return {@code null}, or what is wrong with it, to be put after the field's name; holds nothing of the input
     */
    public String parse(CharSequence text) {
        high = 0;
        low = 0;
        if (text.length() != LENGTH) {
            return "has " + text.length() + " characters, a UUID has " + LENGTH;
        }
        for (int i = 0; i < LENGTH; i++) {
            char c = text.charAt(i);
            boolean dashWanted = i == 8 || i == 13 || i == 18 || i == 23;
            int digit = hexDigit(c);
            if (dashWanted ? c != '-' : digit < 0) {
                return "is no UUID such as 0193a7f0-5d2c-7b4e-9c1a-2f6d8e4b1a3c";
            }
            if (!dashWanted && i < 18) {
                high = (high << 4) | digit;
            } else if (!dashWanted) {
                low = (low << 4) | digit;
            }
        }
        return high == 0 && low == 0 ? "is the nil UUID, which stands for no id" : null;
    }

    private static int hexDigit(char c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        int lower = c | 0x20;
        return c < 0x80 && lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }

    /** The upper 64 bits of the id that was read last, when nothing was wrong with it. */
    public long high() {
        return high;
    }

    /** The lower 64 bits. */
    public long low() {
        return low;
    }

    /** The id of a text, or {@code null} when it is none. */
    public static UUID idOf(CharSequence text) {
        EventIdText reader = new EventIdText();
        return reader.parse(text) == null ? new UUID(reader.high, reader.low) : null;
    }
}
