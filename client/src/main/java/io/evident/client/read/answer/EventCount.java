package io.evident.client.read.answer;

import java.util.List;

/**
 * How many events match.
 *
 * @param count those that can be read
 * @param unreadable what may belong to them and cannot be read; empty unless the query allows incomplete answers
 */
public record EventCount(long count, List<UnreadablePart> unreadable) {
    public EventCount {
        unreadable = List.copyOf(unreadable);
    }
}
