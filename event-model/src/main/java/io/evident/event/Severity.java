package io.evident.event;

/** How grave the sender finds the event. JSON carries the name as it is; the ordinal is the code in frames and on disk. */
public enum Severity {
    P0_CRITICAL,
    P1_HIGH,
    P2_MEDIUM,
    P3_LOW,
    P4_INFO;

    private static final Severity[] BY_CODE = values();

    /** The severity of a code 0 to 4, or {@code null} for any other number. */
    public static Severity ofCode(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }

    /** The severity of a name such as {@code P1_HIGH}, exactly as written, or {@code null}. */
    public static Severity ofText(String text) {
        for (Severity severity : BY_CODE) {
            if (severity.name().equals(text)) {
                return severity;
            }
        }
        return null;
    }
}
