package io.evident.pipeline.latency;

import io.evident.event.Lane;
import io.evident.event.Tier;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.HdrHistogram.Histogram;

/**
 * How long senders wait for their receipts by the server's own clock: from the reading of a frame or request until its
 * receipt was written to the connection. Each network thread records into an {@link OfThread} of its own; one metrics
 * thread drains. Thread-safe.
 */
public final class ReceiptLatencies {
    private final List<OfThread> threads = new CopyOnWriteArrayList<>();

    /** One network thread's, which alone may record. */
    public static final class OfThread {
        private final LatencyRecorder[] recorders = new LatencyRecorder[Tier.values().length * Lane.values().length];

        private OfThread() {
            for (int i = 0; i < recorders.length; i++) {
                recorders[i] = new LatencyRecorder();
            }
        }

        /** Records the receipts that were written together for events of one frame or request. */
        public void record(Tier tier, Lane lane, long ns, int receipts) {
            recorders[place(tier, lane)].record(ns, receipts);
        }
    }

    private static int place(Tier tier, Lane lane) {
        return tier.ordinal() * Lane.values().length + lane.ordinal();
    }

    /** For one more network thread. */
    public OfThread newThread() {
        OfThread added = new OfThread();
        threads.add(added);
        return added;
    }

    /** Adds what was recorded since the last call. */
    public void drainTo(Tier tier, Lane lane, Histogram target) {
        for (OfThread thread : threads) {
            thread.recorders[place(tier, lane)].drainTo(target);
        }
    }
}
