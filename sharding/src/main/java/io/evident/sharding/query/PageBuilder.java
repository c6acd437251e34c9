package io.evident.sharding.query;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Supplier;

/**
 * The first events of an answer, gathered from matching events in any order: a heap with the last of them on top, bounded
 * by count and by bytes. What does not fit is dropped, and nothing behind a dropped event is taken again; so what is kept
 * is always the beginning of the answer. Not thread-safe.
 *
 * @param <E> an event, or what stands for it until it is read
 */
final class PageBuilder<E> {
    private final int maxEvents;
    private final long maxBytes;
    private final Comparator<EventPosition> order;
    private final PriorityQueue<Entry<E>> lastOnTop;
    private long sizeBytes;
    /** The foremost event that was dropped, or {@code null} while everything fits. */
    private EventPosition dropped;

    /** An event of the page. */
    record Entry<E>(EventPosition position, int lengthBytes, E event) {}

    /** A page of at most {@code maxEvents} events, and of at most {@code maxBytes} as soon as it has more than one. */
    PageBuilder(int maxEvents, long maxBytes, Comparator<EventPosition> order) {
        this.maxEvents = maxEvents;
        this.maxBytes = maxBytes;
        this.order = order;
        this.lastOnTop = new PriorityQueue<>((one, other) -> order.compare(other.position(), one.position()));
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

    /** Takes a matching event, if it belongs here; asks for it only then. */
    void offer(EventPosition position, int lengthBytes, Supplier<E> event) {
        if (!isOpenFor(position)) {
            return;
        }
        if (!comesBeforeTheLast(position)) {
            dropped = position;
            return;
        }
        lastOnTop.add(new Entry<>(position, lengthBytes, event.get()));
        sizeBytes += lengthBytes;
        while (lastOnTop.size() > maxEvents || (sizeBytes > maxBytes && lastOnTop.size() > 1)) {
            Entry<E> last = lastOnTop.remove();
            sizeBytes -= last.lengthBytes();
            dropped = last.position();
        }
    }

    /** Whether matching events were found that are not on this page. */
    boolean hasMore() {
        return dropped != null;
    }

    /** The events in order; the builder is empty after that. */
    List<Entry<E>> entries() {
        List<Entry<E>> entries = new ArrayList<>(lastOnTop.size());
        while (!lastOnTop.isEmpty()) {
            entries.add(lastOnTop.remove());
        }
        Collections.reverse(entries);
        return entries;
    }
}
