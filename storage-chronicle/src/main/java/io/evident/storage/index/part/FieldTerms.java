package io.evident.storage.index.part;

import io.evident.storage.index.events.Events;
import java.util.function.IntConsumer;

/**
 * The terms of one field in one part, and the events that have them. A handle stands for a term; it is good for the
 * object that gave it.
 */
public interface FieldTerms {
    /** Stands for a term that is not there. */
    int NONE = -1;

    /** False only for a term that is not there; true where that takes more than a look at what is in memory. */
    default boolean mayHave(byte[] term) {
        return true;
    }

    /** The handle of a term, or {@link #NONE}. */
    int find(byte[] term);

    /** Tells the handles of the terms within a range. */
    void scan(TermRange range, IntConsumer handles);

    /** Not fewer than the events that have a term, and mostly just as many. */
    int estimate(int handle);

    /** The events that have a term. */
    Events events(int handle);

    /** Those of some events that have a term; for few of them without all that have it. */
    default Events only(int handle, Events among) {
        return among.and(events(handle));
    }

    /** The term of a handle, as a fresh array. */
    byte[] term(int handle);
}
