package io.evident.server.check;

import io.evident.event.Lane;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Holds what the server counted as stored against what the journal holds: per run of a server its last record, per
 * tenant and lane. Earlier records of a run need not be compared, as counters only grow. Stateless.
 */
final class LedgerComparison {
    /** Where a server counts the tenants that are too many to be counted apart. */
    private static final String TOGETHER = "-";

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

    /** Compares one record. */
    static List<Difference> compare(LedgerRecord record, Journals journals) throws IOException {
        StoredCounts found = new StoredCounts();
        for (LedgerPart.Through through : record.through()) {
            found.add(journals.storedThrough(through.shard(), through.incarnation(), through.sequence()), 1);
        }
        if (countsSomeTogether(record)) {
            found = found.together(record.stored().keySet(), TOGETHER);
        }
        TreeSet<String> tenants = new TreeSet<>(record.stored().keySet());
        tenants.addAll(found.byTenant().keySet());
        List<Difference> differences = new ArrayList<>();
        for (String tenant : tenants) {
            Map<Lane, Long> recorded = record.stored().getOrDefault(tenant, Map.of());
            for (int code = 0; code < Lane.count(); code++) {
                Lane lane = Lane.ofCode(code);
                long counted = recorded.getOrDefault(lane, 0L);
                if (counted != found.count(tenant, lane)) {
                    differences.add(new Difference(record.where(), tenant, lane, counted, found.count(tenant, lane)));
                }
            }
        }
        return differences;
    }

    /** A tenant that the record does not name is then among those, and only there can an event be stored without a name. */
    private static boolean countsSomeTogether(LedgerRecord record) {
        return record.stored().getOrDefault(TOGETHER, Map.of()).values().stream()
                .anyMatch(count -> count > 0);
    }
}
