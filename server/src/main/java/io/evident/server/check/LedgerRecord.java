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
 * @param isLast whether the server wrote it as the last of a run that ended well
 * @param stored by tenant and lane
 * @param through up to which event of each shard they count what is stored
 * @param inFlight events that had no outcome yet
 * @param unbalanced what does not add up within the record itself, a sentence each
 */
record LedgerRecord(
        String where,
        String run,
        boolean isLast,
        Map<String, Map<Lane, Long>> stored,
        List<LedgerPart.Through> through,
        long inFlight,
        List<String> unbalanced) {
    private static final String STOP = "stop";

    /**
     * The records that are there with all their parts, run by run, the last one of a run first; each is the list of its
     * parts in their order.
     */
    static Map<String, List<List<LedgerPart.Head>>> byRun(Collection<LedgerPart.Head> parts) {
        Map<String, TreeMap<Long, TreeMap<Integer, LedgerPart.Head>>> found = new TreeMap<>();
        for (LedgerPart.Head part : parts) {
            // A part that was sent twice is the same twice.
            found.computeIfAbsent(part.run(), absent -> new TreeMap<>())
                    .computeIfAbsent(part.number(), absent -> new TreeMap<>())
                    .putIfAbsent(part.part(), part);
        }
        Map<String, List<List<LedgerPart.Head>>> records = new TreeMap<>();
        found.forEach((run, numbers) -> {
            List<List<LedgerPart.Head>> whole = new ArrayList<>();
            for (TreeMap<Integer, LedgerPart.Head> each :
                    numbers.descendingMap().values()) {
                if (each.size() == each.firstEntry().getValue().parts()) {
                    whole.add(List.copyOf(each.values()));
                }
            }
            records.put(run, whole);
        });
        return records;
    }

    /** Puts one together. */
    static LedgerRecord of(List<LedgerPart> parts) {
        LedgerPart first = parts.get(0);
        Map<String, Map<Lane, Long>> stored = new LinkedHashMap<>();
        List<LedgerPart.Through> through = new ArrayList<>();
        List<String> unbalanced = new ArrayList<>();
        long inFlight = 0;
        for (LedgerPart part : parts) {
            part.stored()
                    .forEach((tenant, counts) -> counts.forEach(
                            (lane, count) -> stored.computeIfAbsent(tenant, absent -> new LinkedHashMap<>())
                                    .merge(lane, count, Long::sum)));
            through.addAll(part.through());
            unbalanced.addAll(part.unbalanced());
            inFlight += part.inFlight();
        }
        return new LedgerRecord(
                first.head().where(),
                first.head().run(),
                STOP.equals(first.reason()),
                stored,
                List.copyOf(through),
                inFlight,
                List.copyOf(unbalanced));
    }
}
