package io.evident.pipeline.filter;

import java.util.Objects;

/**
 * One value that a condition asks for.
 *
 * @param kind how the text is held against a value
 * @param text the value, the beginning of values, or the network as {@code address/bits}
 */
public record ValuePattern(Kind kind, String text) {
    /** How a text is meant. */
    public enum Kind {
        /** The very value. An address is the same in each of its spellings. */
        EXACT,
        /** Every value that begins so, in UTF-8 bytes. */
        PREFIX,
        /** Every address of a network; for {@link FilterField#IP} only. */
        NETWORK
    }

    public ValuePattern {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(text, "text");
    }

    /** The very value. */
    public static ValuePattern exactly(String text) {
        return new ValuePattern(Kind.EXACT, text);
    }

    /** Every value that begins so. */
    public static ValuePattern startingWith(String text) {
        return new ValuePattern(Kind.PREFIX, text);
    }
}
