package io.evident.client.read.answer;

import java.util.List;

/**
 * There is an answer, but events that may belong to it cannot be read, as the volume they are on has failed. Thrown unless
 * the query allows incomplete answers.
 */
public final class IncompleteAnswerException extends ReadException {
    private static final long serialVersionUID = 1;

    /** Not serialized: the message says it all. */
    private final transient List<UnreadablePart> unreadable;

    public IncompleteAnswerException(List<UnreadablePart> unreadable) {
        super("events that may belong to the answer cannot be read: " + unreadable, null);
        this.unreadable = List.copyOf(unreadable);
    }

    /** What cannot be read; at least one part. */
    public List<UnreadablePart> unreadable() {
        return unreadable;
    }
}
