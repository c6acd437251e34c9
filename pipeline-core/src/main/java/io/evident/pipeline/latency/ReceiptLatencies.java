package io.evident.pipeline.latency;

import io.evident.event.Lane;
import io.evident.event.Tier;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.HdrHistogram.Histogram;

/**
 * How long senders wait for their receipts by the server's own clock: from the reading of a frame or request until its
 * receipt was written to the connection. Duplicates are left out: they wait for nothing. Each network thread records into an {@link OfThread} of its own; one metrics
 * thread drains. Thread-safe.
 */
public final class ReceiptLatencies {
    private final List<OfThread> threads = new CopyOnWriteArrayList<>();

    /** One network thread's, which alone may record. */
    public static final class OfThread {
        /** Most tiers and lanes never come, and each is some tens of kilobytes. */
        private final AtomicReferenceArray<LatencyRecorder> recorders =
                new AtomicReferenceArray<>(Tier.values().length * Lane.values().length);

        private OfThread() {}

        /** Records the receipts that were written together for events of one frame or request. */
        public void record(Tier tier, Lane lane, long ns, int receipts) {
            int place = place(tier, lane);
            LatencyRecorder recorder = recorders.get(place);
            if (recorder == null) {
                recorder = new LatencyRecorder();
                recorders.set(place, recorder);
            }
            recorder.record(ns, receipts);
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
            LatencyRecorder recorder = thread.recorders.get(place(tier, lane));
            if (recorder != null) {
                recorder.drainTo(target);
            }
        }
    }
}
