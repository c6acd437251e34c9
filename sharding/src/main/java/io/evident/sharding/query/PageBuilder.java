package io.evident.sharding.query;

import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.pipeline.query.StoredEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The first events of an answer, gathered from matching events in any order: a heap with the last of them on top, bounded
 * by count and by bytes. What does not fit is dropped, and nothing behind a dropped event is taken again; so what is kept
 * is always the beginning of the answer. Not thread-safe.
 */
final class PageBuilder {
    private final int maxEvents;
    private final long maxBytes;
    private final Comparator<EventPosition> order;
    private final PriorityQueue<Entry> lastOnTop;
    private long sizeBytes;
    /** The foremost event that was dropped, or {@code null} while everything fits. */
    private EventPosition dropped;

    private record Entry(EventPosition position, StoredEvent event) {}

    /** A page of at most {@code maxEvents} events, and of at most {@code maxBytes} as soon as it has more than one. */
    PageBuilder(int maxEvents, long maxBytes, Comparator<EventPosition> order) {
        this.maxEvents = maxEvents;
        this.maxBytes = maxBytes;
        this.order = order;
        this.lastOnTop = new PriorityQueue<>(Comparator.comparing(Entry::position, order.reversed()));
    }

    /** Whether events at or behind this position can still change the page, or the knowledge that it is not the last. */
    boolean isOpenFor(EventPosition position) {
        return dropped == null || (order.compare(position, dropped) < 0 && comesBeforeTheLast(position));
    }

    /** Whether the page is complete unless something in front of this position is found. */
    boolean isFullBefore(EventPosition position) {
        return lastOnTop.size() == maxEvents && !comesBeforeTheLast(position);
    }

    private boolean comesBeforeTheLast(EventPosition position) {
        return lastOnTop.size() < maxEvents
                || order.compare(position, lastOnTop.element().position()) < 0;
    }

    /** Takes a matching event, if it belongs here; copies it only then. */
    void offer(EventView event, EventPosition position, Lane lane) {
        if (!isOpenFor(position)) {
            return;
        }
        if (!comesBeforeTheLast(position)) {
            dropped = position;
            return;
        }
        lastOnTop.add(new Entry(
                position, new StoredEvent(event, position.shard(), position.incarnation(), position.sequence(), lane)));
        sizeBytes += event.length();
        while (lastOnTop.size() > maxEvents || (sizeBytes > maxBytes && lastOnTop.size() > 1)) {
            Entry last = lastOnTop.remove();
            sizeBytes -= last.event().event().length();
            dropped = last.position();
        }
    }

    /** Whether matching events were found that are not on this page. */
    boolean hasMore() {
        return dropped != null;
    }

    /** The events in order; the builder is empty after that. */
    List<StoredEvent> events() {
        List<StoredEvent> events = new ArrayList<>(lastOnTop.size());
        while (!lastOnTop.isEmpty()) {
            events.add(lastOnTop.remove().event());
        }
        Collections.reverse(events);
        return events;
    }
}
