package io.evident.pipeline.recorder;

import io.evident.pipeline.admission.TenantScope;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Says which intervals get a record, so that the ledger's volume does not grow with the number of tenants, which a sender
 * chooses: mostly one part an interval. One thread.
 */
final class RecordPace {
    /** There is a record at least so often, whatever was counted. */
    static final long AT_LEAST_EVERY_NS = TimeUnit.HOURS.toNanos(1);

    private long intervalsToLeaveOut;
    /** Of what was counted by the last record, without the server's own events; it only grows. */
    private long recordedOutcomes = -1;

    private long recordedTick;

    /** @param nowTick when the run began */
    RecordPace(long nowTick) {
        recordedTick = nowTick;
    }

    /** Whether this interval gets a record. */
    boolean isDue(List<LedgerEntry> entries, long nowTick) {
        if (nowTick - recordedTick >= AT_LEAST_EVERY_NS) {
            return true;
        }
        if (intervalsToLeaveOut > 0) {
            intervalsToLeaveOut--;
            return false;
        }
        return outcomes(entries) != recordedOutcomes;
    }

    /** A record was stored. */
    void recorded(List<LedgerEntry> entries, int parts, long nowTick) {
        recordedOutcomes = outcomes(entries);
        intervalsToLeaveOut = parts - 1L;
        recordedTick = nowTick;
    }

    /** Changes with every event that is received and with each that gets a sequence, as none of the counts ever shrinks. */
    private static long outcomes(List<LedgerEntry> entries) {
        long sum = 0;
        for (LedgerEntry entry : entries) {
            if (!entry.tenant().equals(TenantScope.SYSTEM)) {
                sum += entry.received() + entry.stored() + entry.leftOver() + entry.duplicate();
                for (long refused : entry.refused().values()) {
                    sum += refused;
                }
            }
        }
        return sum;
    }
}
