package io.evident.server.check;

import io.evident.event.Lane;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Holds what the server counted as stored against what the journal holds: per run of a server its last record, per
 * tenant and lane. Earlier records of a run need not be compared, as counters only grow. Stateless.
 *
 * <p>The tenant {@code _system} is compared only where the record counts it: the server's own events need not pass the
 * counters.
 */
final class LedgerComparison {
    private static final String SYSTEM = "_system";

    /**
     * One difference.
     *
     * @param record where the record stands
     * @param recorded stored by the record
     * @param found stored in the journal
     */
    record Difference(String record, String tenant, Lane lane, long recorded, long found) {
        String told() {
            return "tenant " + tenant + ", lane " + lane.text() + ": the ledger (" + record + ") counts " + recorded
                    + " stored events, the journal has " + found;
        }
    }

    /** Where the counts of a shard come from. */
    interface Journals {
        /** What a shard stored in an incarnation up to a sequence; empty when there is no such shard. */
        StoredCounts storedThrough(int shard, int incarnation, long sequence) throws IOException;
    }

    private LedgerComparison() {}

    /** Of each run the record that was made last. */
    static List<LedgerRecord> lastOfEachRun(Collection<LedgerRecord> records) {
        Map<List<Integer>, LedgerRecord> last = new LinkedHashMap<>();
        records.stream()
                .sorted(Comparator.comparingLong(LedgerRecord::recordedNs))
                .forEach(record -> last.put(record.incarnations(), record));
        return List.copyOf(last.values());
    }

    /** Compares one record. */
    static List<Difference> compare(LedgerRecord record, Journals journals) throws IOException {
        StoredCounts found = new StoredCounts();
        for (LedgerRecord.Through through : record.through()) {
            found.add(journals.storedThrough(through.shard(), through.incarnation(), through.sequence()), 1);
        }
        TreeSet<String> tenants = new TreeSet<>(record.stored().keySet());
        tenants.addAll(found.byTenant().keySet());
        List<Difference> differences = new ArrayList<>();
        for (String tenant : tenants) {
            Map<Lane, Long> recorded = record.stored().get(tenant);
            if (recorded == null && tenant.equals(SYSTEM)) {
                continue;
            }
            for (int code = 0; code < Lane.count(); code++) {
                Lane lane = Lane.ofCode(code);
                long counted = recorded == null ? 0 : recorded.getOrDefault(lane, 0L);
                if (counted != found.count(tenant, lane)) {
                    differences.add(new Difference(record.where(), tenant, lane, counted, found.count(tenant, lane)));
                }
            }
        }
        return differences;
    }
}
