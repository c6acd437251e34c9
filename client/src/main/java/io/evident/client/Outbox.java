package io.evident.client;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The events that are to be written, in this order: those of a lost connection, those whose retry is due, new ones in the
 * order in which they were added. Any thread adds; everything else is for the client's thread.
 */
final class Outbox {
    /** What senders have added and is not fetched, the newest first: a Treiber stack, emptied at once. */
    private final AtomicReference<PendingEvent> newest = new AtomicReference<>();
    /** What was fetched, the oldest first. */
    private PendingEvent first;

    private PendingEvent last;

    private final Deque<PendingEvent> again = new ArrayDeque<>();
    private final PriorityQueue<PendingEvent> retries =
            new PriorityQueue<>(Comparator.comparingLong(event -> event.retryNs));

    void add(PendingEvent event) {
        PendingEvent before = newest.get();
        while (true) {
            event.neighbour = before;
            PendingEvent seen = newest.compareAndExchange(before, event);
            if (seen == before) {
                return;
            }
            before = seen;
        }
    }

    /** Puts what was added meanwhile behind what was fetched before. Allocates nothing, so it cannot fail halfway. */
    private void fetch() {
        PendingEvent youngest = newest.get() == null ? null : newest.getAndSet(null);
        PendingEvent oldest = null;
        for (PendingEvent event = youngest; event != null; ) {
            PendingEvent before = event.neighbour;
            event.neighbour = oldest;
            oldest = event;
            event = before;
        }
        if (oldest == null) {
            return;
        }
        if (first == null) {
            first = oldest;
        } else {
            last.neighbour = oldest;
        }
        last = youngest;
    }

    private PendingEvent pollFetched() {
        PendingEvent event = first;
        if (event != null) {
            first = event.neighbour;
            event.neighbour = null;
        }
        return event;
    }

    private void removeFetchedIf(Predicate<PendingEvent> goes) {
        PendingEvent before = null;
        for (PendingEvent event = first; event != null; ) {
            PendingEvent next = event.neighbour;
            if (!goes.test(event)) {
                before = event;
            } else {
                event.neighbour = null;
                if (before == null) {
                    first = next;
                } else {
                    before.neighbour = next;
                }
                last = next == null ? before : last;
            }
            event = next;
        }
    }

    /** Puts events of a lost connection before all others, in their order. */
    void putBack(List<PendingEvent> events) {
        for (int i = events.size() - 1; i >= 0; i--) {
            again.addFirst(events.get(i));
        }
    }

    void putBack(PendingEvent event) {
        again.addFirst(event);
    }

    /** Keeps an event until its {@code retryNs}. */
    void retryLater(PendingEvent event) {
        retries.add(event);
    }

    /** The next event to be written now, or {@code null}. */
    PendingEvent poll(long nowNs) {
        if (!again.isEmpty()) {
            return again.poll();
        }
        PendingEvent retry = retries.peek();
        if (retry != null && retry.retryNs - nowNs <= 0) {
            return retries.poll();
        }
        if (first == null) {
            fetch();
        }
        return pollFetched();
    }

    /** Whether {@link #poll} would give an event. */
    boolean isReady(long nowNs) {
        PendingEvent retry = retries.peek();
        return !again.isEmpty()
                || (retry != null && retry.retryNs - nowNs <= 0)
                || first != null
                || newest.get() != null;
    }

    /** Nanoseconds until the next retry is due, or {@code otherwise} when none waits. */
    long retryDueInNs(long nowNs, long otherwise) {
        PendingEvent retry = retries.peek();
        return retry == null ? otherwise : Math.min(otherwise, Math.max(0, retry.retryNs - nowNs));
    }

    /** Takes out what has to go, and hands it on. */
    void removeIf(Predicate<PendingEvent> goes, Consumer<PendingEvent> removed) {
        Predicate<PendingEvent> handOn = event -> {
            if (goes.test(event)) {
                removed.accept(event);
                return true;
            }
            return false;
        };
        again.removeIf(handOn);
        retries.removeIf(handOn);
        fetch();
        removeFetchedIf(handOn);
    }
}
