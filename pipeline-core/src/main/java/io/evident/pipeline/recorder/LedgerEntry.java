package io.evident.pipeline.recorder;

import com.fasterxml.jackson.core.JsonGenerator;
import io.evident.event.Lane;
import io.evident.event.RefusalReason;
import io.evident.pipeline.ledger.IntakeLedger;
import io.evident.pipeline.ledger.LaneCounters;
import io.evident.pipeline.ledger.StoredCut;
import io.evident.pipeline.ledger.TenantCounters;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The counts of one tenant in one lane as a record has them:
 * {@code received + leftOver = stored + emergency + duplicate + refused + inFlight}.
 *
 * @param lane {@code null} for what never came as far as a lane
 * @param received offered to the server since its start
 * @param stored events with a sequence, exactly those up to the sequences that the record names
 * @param emergency acknowledged, in the emergency journal, without a sequence yet
 * @param leftOver of the stored ones, those that an earlier run had left in the emergency journal and received itself
 * @param inFlight what has no outcome yet: in a lane, or stored after the record's sequences
 */
record LedgerEntry(
        String tenant,
        Lane lane,
        long received,
        long stored,
        long emergency,
        long leftOver,
        long duplicate,
        Map<RefusalReason, Long> refused,
        long inFlight) {

    /** Reads all counters, after the cuts were taken. */
    static List<LedgerEntry> read(IntakeLedger ledger, List<StoredCut> cuts) {
        List<LedgerEntry> entries = new ArrayList<>();
        for (TenantCounters tenant : ledger.all()) {
            for (int code = 0; code <= Lane.count(); code++) {
                Lane lane = code < Lane.count() ? Lane.ofCode(code) : null;
                LedgerEntry entry = read(tenant.tenant(), lane, tenant.lane(lane), cuts);
                if (entry.received > 0 || entry.stored > 0) {
                    entries.add(entry);
                }
            }
        }
        return entries;
    }

    /**
     * In this order: an event is counted as received before it has an outcome, so what is received at last is at least the
     * sum of all outcomes that were seen before, and the rest has none yet.
     */
    private static LedgerEntry read(String tenant, Lane lane, LaneCounters counters, List<StoredCut> cuts) {
        long stored = 0;
        long leftOver = 0;
        long folded = 0;
        long known = 0;
        for (StoredCut cut : cuts) {
            stored += cut.stored(counters);
            leftOver += cut.leftOver(counters);
            folded += cut.folded(counters);
            known += cut.known(counters);
        }
        // Not below 0: an event may be folded in before the emergency thread comes to count it.
        long emergency = Math.max(0, counters.emergency() - folded);
        long duplicate = counters.duplicate() + known;
        Map<RefusalReason, Long> refused = new LinkedHashMap<>();
        long allRefused = 0;
        for (RefusalReason reason : RefusalReason.values()) {
            long count = counters.refused(reason);
            if (count > 0) {
                refused.put(reason, count);
                allRefused += count;
            }
        }
        long received = counters.received();
        long inFlight = received + leftOver - stored - emergency - duplicate - allRefused;
        return new LedgerEntry(tenant, lane, received, stored, emergency, leftOver, duplicate, refused, inFlight);
    }

    void write(JsonGenerator out) throws IOException {
        out.writeStartObject();
        out.writeStringField("tenant", tenant);
        out.writeStringField("lane", lane == null ? IntakeLedger.UNKNOWN : lane.text());
        out.writeNumberField("received", received);
        out.writeNumberField("stored", stored);
        if (emergency > 0) {
            out.writeNumberField("emergency", emergency);
        }
        if (leftOver > 0) {
            out.writeNumberField("leftOver", leftOver);
        }
        out.writeNumberField("duplicate", duplicate);
        out.writeObjectFieldStart("refused");
        for (Map.Entry<RefusalReason, Long> each : refused.entrySet()) {
            out.writeNumberField(each.getKey().text(), each.getValue());
        }
        out.writeEndObject();
        out.writeNumberField("inFlight", inFlight);
        out.writeEndObject();
    }
}
