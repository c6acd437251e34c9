package io.evident.server.check;

import io.evident.event.Lane;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One record of the server's own ledger, put together from its parts. The counters count from the start of that server.
 *
 * @param where its first part, for people
 * @param stored by tenant and lane
 * @param through up to which event of each shard they count what is stored
 * @param unbalanced what does not add up within the record itself, a sentence each
 */
record LedgerRecord(
        String where,
        String run,
        long number,
        Map<String, Map<Lane, Long>> stored,
        List<LedgerPart.Through> through,
        List<String> unbalanced) {

    /** The records that are there with all their parts, run by run, the last one of a run first. */
    static Map<String, List<LedgerRecord>> byRun(Collection<LedgerPart> parts) {
        Map<String, TreeMap<Long, TreeMap<Integer, LedgerPart>>> found = new TreeMap<>();
        for (LedgerPart part : parts) {
            // A part that was sent twice is the same twice.
            found.computeIfAbsent(part.run(), absent -> new TreeMap<>())
                    .computeIfAbsent(part.number(), absent -> new TreeMap<>())
                    .putIfAbsent(part.part(), part);
        }
        Map<String, List<LedgerRecord>> records = new TreeMap<>();
        found.forEach((run, numbers) -> {
            List<LedgerRecord> whole = new ArrayList<>();
            for (TreeMap<Integer, LedgerPart> each : numbers.descendingMap().values()) {
                if (each.size() == each.firstEntry().getValue().parts()) {
                    whole.add(of(each.values()));
                }
            }
            records.put(run, whole);
        });
        return records;
    }

    private static LedgerRecord of(Collection<LedgerPart> parts) {
        LedgerPart first = parts.iterator().next();
        Map<String, Map<Lane, Long>> stored = new LinkedHashMap<>();
        List<LedgerPart.Through> through = new ArrayList<>();
        List<String> unbalanced = new ArrayList<>();
        for (LedgerPart part : parts) {
            part.stored()
                    .forEach((tenant, counts) -> counts.forEach(
                            (lane, count) -> stored.computeIfAbsent(tenant, absent -> new LinkedHashMap<>())
                                    .merge(lane, count, Long::sum)));
            through.addAll(part.through());
            unbalanced.addAll(part.unbalanced());
        }
        return new LedgerRecord(
                first.where(), first.run(), first.number(), stored, List.copyOf(through), List.copyOf(unbalanced));
    }
}
