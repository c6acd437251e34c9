package io.evident.server.config.load;

import org.snakeyaml.engine.v2.nodes.Node;

/** What the values of a key are like. Stateless. */
interface ValueType<T> {
    /** The value, or {@code null} after a problem was noted. */
    T read(Reading reading, Node node);

    /** What is allowed, to stand after "has to be": {@code a whole number from 1 to 4096}. */
    String describe();

    /** Whether the value is a single text, and not a list. */
    default boolean isScalar() {
        return true;
    }
}
