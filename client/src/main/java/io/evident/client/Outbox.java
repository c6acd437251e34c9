package io.evident.client;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The events that are to be written, in this order: those of a lost connection, those whose retry is due, new ones in the
 * order in which they were added. Any thread adds; everything else is for the client's thread.
 */
final class Outbox {
    private final Queue<PendingEvent> added = new ConcurrentLinkedQueue<>();
    private final Deque<PendingEvent> again = new ArrayDeque<>();
    private final PriorityQueue<PendingEvent> retries =
            new PriorityQueue<>(Comparator.comparingLong(event -> event.retryNs));

    void add(PendingEvent event) {
        added.add(event);
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
        return retry != null && retry.retryNs - nowNs <= 0 ? retries.poll() : added.poll();
    }

    /** Whether {@link #poll} would give an event. */
    boolean isReady(long nowNs) {
        PendingEvent retry = retries.peek();
        return !again.isEmpty() || (retry != null && retry.retryNs - nowNs <= 0) || !added.isEmpty();
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
        added.removeIf(handOn);
    }
}
