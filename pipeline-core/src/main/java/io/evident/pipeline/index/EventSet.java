package io.evident.pipeline.index;

/** Some events of one {@link IndexPart}, by their numbers. Immutable, thread-safe. */
public interface EventSet {
    /** How many. */
    int size();

    /** How many from one number, inclusive, to another, exclusive. */
    int size(int from, int to);

    /** The first from this number on, or -1. */
    int next(int from);

    /** The last up to this number, inclusive, or -1. */
    int previous(int from);
}
