package io.evident.sharding.query;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/**
 * The first events of an answer, gathered from matching events in any order, bounded by count and by bytes. What does not
 * fit is dropped, and nothing behind a dropped event is taken again; so what is kept is always the beginning of the answer.
 * Most events come nearly in order, so each is put in its place at once. Not thread-safe.
 *
 * @param <E> an event, or what stands for it until it is read
 */
final class PageBuilder<E> {
    private final int maxEvents;
    private final long maxBytes;
    private final Comparator<EventPosition> order;
    private final List<Entry<E>> inOrder = new ArrayList<>();
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
    }

    /** Whether events at or behind this position can still change the page, or the knowledge that it is not the last. */
    boolean isOpenFor(EventPosition position) {
        return dropped == null || (order.compare(position, dropped) < 0 && comesBeforeTheLast(position));
    }

    /** Whether the page is complete unless something in front of this position is found. */
    boolean isFullBefore(EventPosition position) {
        return inOrder.size() == maxEvents && !comesBeforeTheLast(position);
    }

    private boolean comesBeforeTheLast(EventPosition position) {
        return inOrder.size() < maxEvents || order.compare(position, last().position()) < 0;
    }

    private Entry<E> last() {
        return inOrder.get(inOrder.size() - 1);
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
        inOrder.add(placeOf(position), new Entry<>(position, lengthBytes, event.get()));
        sizeBytes += lengthBytes;
        while (inOrder.size() > maxEvents || (sizeBytes > maxBytes && inOrder.size() > 1)) {
            Entry<E> last = inOrder.remove(inOrder.size() - 1);
            sizeBytes -= last.lengthBytes();
            dropped = last.position();
        }
    }

    /** Behind all that stand in front of it. */
    private int placeOf(EventPosition position) {
        int low = 0;
        int high = inOrder.size();
        if (high == 0 || order.compare(last().position(), position) < 0) {
            return high;
        }
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (order.compare(inOrder.get(middle).position(), position) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Whether matching events were found that are not on this page. */
    boolean hasMore() {
        return dropped != null;
    }

    /** The events in order. */
    List<Entry<E>> entries() {
        return List.copyOf(inOrder);
    }
}
