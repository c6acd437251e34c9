package io.evident.event;

import java.util.Locale;

/** How the audited action ended. JSON carries the lower-case name; the ordinal is the code in frames and on disk. */
public enum Outcome {
    SUCCESS,
    FAILURE,
    DENIED,
    UNKNOWN;

    private static final Outcome[] BY_CODE = values();

    private final String lowerCase = name().toLowerCase(Locale.ROOT);

    /** The outcome of a code 0 to 3, or {@code null} for any other number. */
    public static Outcome ofCode(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }

    /** The outcome of a lower-case name such as {@code denied}, or {@code null}. */
    public static Outcome ofText(String text) {
        for (Outcome outcome : BY_CODE) {
            if (outcome.lowerCase.equals(text)) {
                return outcome;
            }
        }
        return null;
    }

    /** The name as it stands in JSON: lower-case. */
    public String text() {
        return lowerCase;
    }
}
