package io.evident.ingest.http.intake;

import java.util.ArrayDeque;

/**
 * Answers requests that have waited too long. All may wait equally long, so they are due in the order in which they came,
 * and one task of the event loop is enough for all of them. Confined to its event loop.
 */
final class AnswerTimeouts {
    private final ArrayDeque<Wait> waits = new ArrayDeque<>();
    private boolean taskComes;

    /** That of one request. It may outlast its request, behind one that waits longer, so it lets go of that. */
    static final class Wait {
        private HttpReceiptSink request;

        private Wait(HttpReceiptSink request) {
            this.request = request;
        }

        /** The request has its answer. */
        void end() {
            request = null;
        }
    }

    /** A request waits, until {@link HttpReceiptSink#isDue} at the longest. */
    Wait begin(HttpReceiptSink request) {
        dropEnded();
        Wait wait = new Wait(request);
        waits.add(wait);
        awaitFirst();
        return wait;
    }

    private void dropEnded() {
        while (!waits.isEmpty() && waits.peek().request == null) {
            waits.poll();
        }
    }

    private void awaitFirst() {
        if (!waits.isEmpty() && !taskComes) {
            taskComes = true;
            waits.peek().request.atDue(this::look);
        }
    }

    private void look() {
        taskComes = false;
        try {
            dropEnded();
            while (!waits.isEmpty() && waits.peek().request.isDue()) {
                waits.poll().request.answer();
                dropEnded();
            }
        } finally {
            dropEnded();
            awaitFirst();
        }
    }
}
