package io.evident.ingest.tcp;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Connections of one event loop with answers to CRITICAL events. These go out between two frames: behind all that the loop
 * has to read in its turn would be tens of milliseconds when many connections send as fast as they can.
 */
final class UrgentAnswers {
    private final Queue<Runnable> drains = new ConcurrentLinkedQueue<>();
    private boolean writing;

    /**
     * A connection has such answers. Any thread.
     *
     * @param drain writes what the connection has
     */
    void add(Runnable drain) {
        drains.add(drain);
    }

    /** Writes what there is. On the event loop, between two frames: writing may lead to frames of another connection. */
    void write() {
        if (writing || drains.isEmpty()) {
            return;
        }
        writing = true;
        try {
            for (Runnable drain = drains.poll(); drain != null; drain = drains.poll()) {
                drain.run();
            }
        } finally {
            writing = false;
        }
    }
}
