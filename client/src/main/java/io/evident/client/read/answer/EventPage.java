package io.evident.client.read.answer;

import java.util.List;

/**
 * One page of events.
 *
 * @param events in the query's order
 * @param cursor what to ask the next page with; {@code null} when this is the last
 * @param unreadable what may belong to the answer and cannot be read
 */
public record EventPage(List<StoredEvent> events, String cursor, List<UnreadablePart> unreadable) {
    public EventPage {
        events = List.copyOf(events);
        unreadable = List.copyOf(unreadable);
    }
}
