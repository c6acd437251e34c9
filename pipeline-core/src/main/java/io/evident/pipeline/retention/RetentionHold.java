package io.evident.pipeline.retention;

/**
 * Nothing of a held tenant expires, whatever its rule says. Immutable.
 *
 * @param reason why, for people
 * @param sinceNs since when, nanoseconds since 1970
 * @param by who wants it
 */
public record RetentionHold(String reason, long sinceNs, String by) {
    /** Longest reason, in characters. */
    public static final int MAX_REASON = 1_000;
}
