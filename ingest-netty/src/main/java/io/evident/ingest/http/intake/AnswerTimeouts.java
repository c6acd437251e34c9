package io.evident.ingest.http.intake;

import java.util.ArrayDeque;

/**
 * Answers requests that have waited too long. All may wait equally long, so they are due in the order in which they came,
 * and one task of the event loop is enough for all of them. Confined to its event loop.
 */
final class AnswerTimeouts {
    private final ArrayDeque<HttpReceiptSink> waiting = new ArrayDeque<>();
    private boolean taskComes;

    /** A request waits, until {@link HttpReceiptSink#dueTick} at the longest. */
    void add(HttpReceiptSink request) {
        dropAnswered();
        waiting.add(request);
        awaitFirst();
    }

    /** How many requests are remembered: those that wait, and those answered that came behind the first of them. */
    int size() {
        return waiting.size();
    }

    private void dropAnswered() {
        while (!waiting.isEmpty() && waiting.peek().isAnswered()) {
            waiting.poll();
        }
    }

    private void awaitFirst() {
        HttpReceiptSink first = waiting.peek();
        if (first != null && !taskComes) {
            taskComes = true;
            first.atDue(this::look);
        }
    }

    private void look() {
        taskComes = false;
        dropAnswered();
        while (!waiting.isEmpty() && waiting.peek().isDue()) {
            waiting.poll().answer();
            dropAnswered();
        }
        awaitFirst();
    }
}
