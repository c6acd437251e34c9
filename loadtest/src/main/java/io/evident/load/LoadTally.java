package io.evident.load;

import io.evident.event.RefusalReason;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** What came back, over all connections. Thread-safe. */
final class LoadTally {
    private static final long HIGHEST_NS = 60_000_000_000L;

    private final LongAdder sent = new LongAdder();
    private final LongAdder receipts = new LongAdder();
    private final LongAdder duplicates = new LongAdder();
    private final Map<RefusalReason, LongAdder> refusals = new EnumMap<>(RefusalReason.class);
    private final Recorder latency = new Recorder(HIGHEST_NS, 3);
    private volatile boolean counting;

    LoadTally() {
        for (RefusalReason reason : RefusalReason.values()) {
            refusals.put(reason, new LongAdder());
        }
    }

    /** Ends the warm-up: from now on answers count. */
    void startCounting() {
        counting = true;
    }

    void countSent(int events) {
        if (counting) {
            sent.add(events);
        }
    }

    void countReceipts(int events, int ofThemDuplicates, long latencyNs) {
        if (counting && events > 0) {
            receipts.add(events);
            duplicates.add(ofThemDuplicates);
            latency.recordValueWithCount(Math.min(Math.max(latencyNs, 1), HIGHEST_NS), events);
        }
    }

    void countRefusal(RefusalReason reason) {
        if (counting) {
            refusals.get(reason).increment();
        }
    }

    long receipts() {
        return receipts.sum();
    }

    LoadResult result(double elapsedSeconds) {
        Map<RefusalReason, Long> refused = new EnumMap<>(RefusalReason.class);
        refusals.forEach((reason, count) -> {
            if (count.sum() > 0) {
                refused.put(reason, count.sum());
            }
        });
        Histogram histogram = latency.getIntervalHistogram();
        return new LoadResult(elapsedSeconds, sent.sum(), receipts.sum(), duplicates.sum(), refused, histogram);
    }
}
