package io.evident.server.check;

import io.evident.event.EventField;
import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.server.json.JsonTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the server counted and wrote into the journal itself: an event of tenant {@code _system} with action
 * {@code ledger.recorded}, whose attributes are
 *
 * <pre>
 * { "incarnations": [ 3, 3 ],
 *   "counters": [ { "tenant": "acme", "lane": "critical", "received": 9, "stored": 7, "duplicate": 1,
 *                   "refused": { "invalid-value": 1 }, "inFlight": 0 } ],
 *   "through": [ { "shard": 0, "incarnation": 3, "sequence": 123 } ] }
 * </pre>
 *
 * The counters count from the start of that server. {@code through} says up to which event of each shard they count what
 * is stored; -1 is none. Other members are passed over.
 *
 * @param where the event: shard, incarnation and sequence, for people
 * @param recordedNs when it was recorded
 * @param incarnations of each shard in that run of the server; they tell one run from the next
 * @param stored by tenant and lane
 * @param through per shard
 */
record LedgerRecord(
        String where,
        long recordedNs,
        List<Integer> incarnations,
        Map<String, Map<Lane, Long>> stored,
        List<Through> through) {
    private static final byte[] TENANT = "_system".getBytes(StandardCharsets.UTF_8);
    private static final byte[] ACTION = "ledger.recorded".getBytes(StandardCharsets.UTF_8);

    /** Up to where a shard's events are counted. */
    record Through(int shard, int incarnation, long sequence) {}

    /** Whether an event is such a record. */
    static boolean isOne(EventView event) {
        return event.fieldEquals(EventField.TENANT, TENANT) && event.fieldEquals(EventField.ACTION, ACTION);
    }

    /**
     * Reads the record.
     *
     * @throws IOException when its attributes are not of the form above; the message says what is missing
     */
    static LedgerRecord of(EventView event, String where) throws IOException {
        String attributes = event.text(EventField.ATTRIBUTES);
        if (attributes == null) {
            throw new IOException("it has no attributes");
        }
        JsonTree tree = JsonTree.parse(attributes.getBytes(StandardCharsets.UTF_8));
        List<Integer> incarnations = tree.at("incarnations").elements().stream()
                .map(each -> (int) each.number(0))
                .toList();
        List<Through> through = new ArrayList<>();
        for (JsonTree each : tree.at("through").elements()) {
            through.add(new Through(
                    (int) number(each, "shard"), (int) number(each, "incarnation"), number(each, "sequence")));
        }
        if (incarnations.isEmpty() || through.isEmpty()) {
            throw new IOException("\"incarnations\" or \"through\" is missing");
        }
        return new LedgerRecord(where, event.receivedTimeNs(), incarnations, stored(tree), List.copyOf(through));
    }

    private static Map<String, Map<Lane, Long>> stored(JsonTree tree) throws IOException {
        Map<String, Map<Lane, Long>> stored = new LinkedHashMap<>();
        for (JsonTree counter : tree.at("counters").elements()) {
            String tenant = counter.text("tenant");
            Lane lane = lane(counter.text("lane"));
            long count = number(counter, "stored");
            if (tenant == null || (lane == null && count != 0)) {
                throw new IOException("a counter has no tenant, or no lane although something is stored");
            }
            if (lane != null) {
                stored.computeIfAbsent(tenant, absent -> new LinkedHashMap<>()).merge(lane, count, Long::sum);
            }
        }
        return stored;
    }

    /** {@code null} for the place of events whose lane was never known. */
    private static Lane lane(String text) {
        for (int code = 0; code < Lane.count(); code++) {
            if (Lane.ofCode(code).text().equals(text)) {
                return Lane.ofCode(code);
            }
        }
        return null;
    }

    private static long number(JsonTree in, String name) throws IOException {
        long number = in.at(name).number(Long.MIN_VALUE);
        if (number == Long.MIN_VALUE) {
            throw new IOException("\"" + name + "\" is missing or no number");
        }
        return number;
    }
}
