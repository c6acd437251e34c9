package io.evident.server;

import io.evident.pipeline.Pipeline;
import io.evident.server.ledger.LedgerThread;
import java.util.concurrent.TimeUnit;

/**
 * Closes the road, with the ledger's last word in between, so that it counts all that came before. It takes no longer than
 * it is given and two seconds more, in which hanging threads are given up.
 */
final class RoadEnd {
    /** What is kept for the ledger and the threads, as a part of the whole: one third. */
    private static final long PARTS = 3;
    /** What the road is given at least to refuse what still waits. */
    private static final long LAST_MS = 1_000;

    private final long deadline;

    private RoadEnd(long withinMs) {
        this.deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(withinMs);
    }

    private long leftMs() {
        return TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    }

    /**
     * Closes the road.
     *
     * @param ledger {@code null} when the start did not come as far as it
     * @return whether everything was journaled, forced and answered, and all threads of the road have ended
     */
    static boolean close(Pipeline pipeline, LedgerThread ledger, long withinMs) {
        RoadEnd end = new RoadEnd(withinMs);
        pipeline.stopIntake();
        if (ledger != null) {
            boolean empty = !ledger.isOn() || pipeline.awaitEmpty(withinMs - withinMs / PARTS);
            ledger.finish(empty, Math.max(0, end.leftMs() - LAST_MS));
        }
        return pipeline.close(Math.max(Math.min(LAST_MS, withinMs), end.leftMs()));
    }
}
