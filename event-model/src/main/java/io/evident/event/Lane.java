package io.evident.event;

import java.util.Locale;

/** One of the three lanes of a shard, from most to least urgent. The ordinal is the code in frames and on disk. */
public enum Lane {
    /** Drained first; a full lane leads to the emergency path. */
    CRITICAL,
    /** Drained before {@link #STANDARD}. */
    ELEVATED,
    /** Everything else. */
    STANDARD;

    private static final Lane[] BY_CODE = values();

    private final String lowerCase = name().toLowerCase(Locale.ROOT);

    /** The number of lanes. */
    public static int count() {
        return BY_CODE.length;
    }

    /** The lane of a code 0 to 2, or {@code null} for any other number. */
    public static Lane ofCode(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }

    /** The name as it stands in JSON: lower-case. */
    public String text() {
        return lowerCase;
    }
}
