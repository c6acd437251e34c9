package io.evident.server.retention;

import io.evident.pipeline.control.RetentionOverview;
import io.evident.storage.retention.Removal;
import io.evident.storage.retention.TenantTally;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** What retention did since the start. Counted by its thread, read by any. */
public final class RetentionFigures {
    private final LongSupplier tickNs;
    private final LongAdder events = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder freedBytes = new LongAdder();
    private final LongAdder segmentsFreed = new LongAdder();
    private final LongAdder segmentsReduced = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final Map<String, Removed> byTenant = new ConcurrentHashMap<>();
    private volatile long passEndedNs;

    /** Of one tenant. */
    record Removed(long events, long bytes) {
        static final Removed NOTHING = new Removed(0, 0);

        private Removed and(Removed more) {
            return new Removed(events + more.events, bytes + more.bytes);
        }
    }

    /** @param tickNs nanoseconds that only grow */
    RetentionFigures(LongSupplier tickNs) {
        this.tickNs = tickNs;
        this.passEndedNs = tickNs.getAsLong();
    }

    void removed(Removal removal) {
        (removal.freed() ? segmentsFreed : segmentsReduced).increment();
        freedBytes.add(Math.max(0, removal.bytesBefore() - removal.bytesAfter()));
        for (Map.Entry<String, TenantTally> tenant : removal.removed().entrySet()) {
            Removed more =
                    new Removed(tenant.getValue().events(), tenant.getValue().bytes());
            events.add(more.events());
            bytes.add(more.bytes());
            byTenant.merge(tenant.getKey(), more, Removed::and);
        }
    }

    void failed() {
        failures.increment();
    }

    void passEnded() {
        passEndedNs = tickNs.getAsLong();
    }

    Removed of(String tenant) {
        return byTenant.getOrDefault(tenant, Removed.NOTHING);
    }

    /** All of them as they are now. */
    public RetentionOverview.Figures now() {
        return new RetentionOverview.Figures(
                events.sum(),
                bytes.sum(),
                freedBytes.sum(),
                segmentsFreed.sum(),
                segmentsReduced.sum(),
                failures.sum(),
                TimeUnit.NANOSECONDS.toMillis(tickNs.getAsLong() - passEndedNs));
    }
}
