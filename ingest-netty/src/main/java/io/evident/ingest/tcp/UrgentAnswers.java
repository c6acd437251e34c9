package io.evident.ingest.tcp;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Connections of one event loop with answers to CRITICAL events. These go out between two frames: behind all that the loop
 * has to read in its turn would be tens of milliseconds when many connections send as fast as they can.
 */
final class UrgentAnswers {
    private final Queue<TicketQueue> queues = new ConcurrentLinkedQueue<>();
    private boolean writing;

    /** A connection has such answers; once, until they are written. Any thread. */
    void add(TicketQueue queue) {
        queues.add(queue);
    }

    /** A connection is gone. On the event loop. */
    void remove(TicketQueue queue) {
        queues.remove(queue);
    }

    /** Writes what there is. On the event loop, between two frames: writing may lead to frames of another connection. */
    void write() {
        if (writing || queues.isEmpty()) {
            return;
        }
        writing = true;
        try {
            for (TicketQueue queue = queues.poll(); queue != null; queue = queues.poll()) {
                queue.writeNow();
            }
        } finally {
            writing = false;
        }
    }
}
