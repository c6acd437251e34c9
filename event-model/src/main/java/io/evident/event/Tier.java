package io.evident.event;

/**
 * How safe an event is, from least to most. A receipt names the tier that was really reached. The ordinal is the code in
 * frames.
 */
public enum Tier {
    /** In memory, in its lane: lost when the process dies. */
    ACCEPTED,
    /** Written to the journal: survives the death of the process, not a power cut. */
    JOURNALED,
    /** Forced to the disk: survives a power cut. */
    SYNCED;

    private static final Tier[] BY_CODE = values();

    private final String lowerCase = name().toLowerCase(java.util.Locale.ROOT);

    /** The tier of a code 0 to 2, or {@code null} for any other number. */
    public static Tier ofCode(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }

    /** The tier of a lower-case name as in {@code ?tier=synced}, or {@code null} for any other text. */
    public static Tier ofText(String text) {
        for (Tier tier : BY_CODE) {
            if (tier.lowerCase.equals(text)) {
                return tier;
            }
        }
        return null;
    }

    /** The name as it stands in JSON: lower-case. */
    public String text() {
        return lowerCase;
    }
}
