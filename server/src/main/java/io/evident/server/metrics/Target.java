package io.evident.server.metrics;

import io.evident.event.Lane;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** The performance promises of the design, each held against the p99 of the last interval. */
public enum Target {
    INGEST("ingest, frame read to JOURNALED receipt", TimeUnit.MILLISECONDS.toNanos(1)) {
        @Override
        LatencySummary measured(LatencySummaries interval) {
            return receiptsOr(interval.journaledReceipt(), interval.journaled());
        }
    },
    CRITICAL_INGEST("the same, CRITICAL lane", TimeUnit.MICROSECONDS.toNanos(500)) {
        @Override
        LatencySummary measured(LatencySummaries interval) {
            return receiptsOr(
                    interval.journaledReceipts().get(Lane.CRITICAL),
                    interval.journaledByLane().get(Lane.CRITICAL));
        }
    },
    STORAGE_WRITE("storage write, one block", TimeUnit.MILLISECONDS.toNanos(5)) {
        @Override
        LatencySummary measured(LatencySummaries interval) {
            return interval.append();
        }
    },
    QUERY("query", TimeUnit.MILLISECONDS.toNanos(10)) {
        @Override
        LatencySummary measured(LatencySummaries interval) {
            return interval.query();
        }
    };

    /** Events a second that have to be passed where so many are offered. */
    public static final int EVENTS_PER_SECOND = 50_000;

    private final String title;
    private final long limitNs;

    Target(String title, long limitNs) {
        this.title = title;
        this.limitNs = limitNs;
    }

    abstract LatencySummary measured(LatencySummaries interval);

    /** Until the receipt was written; where all senders wait for another tier, until it could have been. */
    private static LatencySummary receiptsOr(LatencySummary receipts, LatencySummary journaled) {
        return receipts.isEmpty() ? journaled : receipts;
    }

    /** What is promised, for people. */
    public String title() {
        return title;
    }

    /** The p99 has to stay below this many nanoseconds. */
    public long limitNs() {
        return limitNs;
    }

    /** The p99 that counts, in nanoseconds; 0 when nothing happened. */
    public long p99Ns(LatencySummaries interval) {
        return measured(interval).p99Ns();
    }

    /** Whether it is kept; true when nothing happened. */
    public boolean isMet(LatencySummaries interval) {
        return p99Ns(interval) < limitNs;
    }

    /** The name as metrics have it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
