package io.evident.sharding.query;

import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.filter.FilterField;
import io.evident.pipeline.query.QueryAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** What one query may still cost. For one query and all threads that read for it. */
final class QueryBudget {
    private final EventFilter filter;
    private final boolean hasRange;
    private final QueryLimits limits;
    private final long maxReadBytes;
    private final long deadlineTick;
    private final AtomicLong readBytes = new AtomicLong();
    private volatile boolean outOfTime;
    private volatile boolean outOfBytes;

    /** @param hasRange whether both bounds of time are given */
    QueryBudget(EventFilter filter, boolean hasRange, QueryLimits limits) {
        this.filter = filter;
        this.hasRange = hasRange;
        this.limits = limits;
        this.maxReadBytes = filter.text() == null ? limits.readBytes() : limits.textReadBytes();
        this.deadlineTick = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limits.timeMs());
    }

    /** Most bytes of a page. */
    long pageBytes() {
        return limits.pageBytes();
    }

    /** Whether so many bytes may be read; they are counted then. */
    boolean takes(int lengthBytes) {
        if (outOfBytes || !hasTime()) {
            return false;
        }
        outOfBytes = readBytes.addAndGet(lengthBytes) > maxReadBytes;
        return !outOfBytes;
    }

    /** Whether there is time left. */
    boolean hasTime() {
        if (System.nanoTime() - deadlineTick > 0) {
            outOfTime = true;
        }
        return !outOfTime;
    }

    /** The answer when it is used up. */
    QueryAnswer tooBroad() {
        return new QueryAnswer.Refused(refusal());
    }

    /** Why there is no answer, and what helps. */
    Refusal refusal() {
        String cost = outOfBytes
                ? "the answer needs more than the " + maxReadBytes + " bytes that a query may read"
                : "the answer needs more than the " + limits.timeMs() + " ms that a query may take";
        return Refusal.of(RefusalReason.QUERY_TOO_BROAD, cost + "; narrow it " + String.join(", or ", remedies()));
    }

    private List<String> remedies() {
        List<String> remedies = new ArrayList<>();
        if (!hasRange) {
            remedies.add("by time with from and to");
        }
        if (filter.soleTenant() == null || filter.soleValue(FilterField.STREAM) == null) {
            remedies.add("by naming tenant and stream");
        }
        if (filter.text() != null) {
            remedies.add("by conditions on other fields, as the text is looked for in every event that meets them");
        }
        if (remedies.isEmpty()) {
            remedies.add("by a shorter time");
        }
        return remedies;
    }
}
