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
 * One event of the server's own ledger: tenant {@code _system}, action {@code ledger.recorded}; {@code docs/ledger.md} has
 * the form of its attributes. A record of the ledger is one such event, or several when there are many tenants.
 *
 * @param head what record it is a part of
 * @param reason why the record was written
 * @param stored by tenant and lane
 * @param through per shard
 * @param inFlight events of these counters that had no outcome yet
 * @param unbalanced what does not add up within the event itself, a sentence each
 */
record LedgerPart(
        Head head,
        String reason,
        Map<String, Map<Lane, Long>> stored,
        List<Through> through,
        long inFlight,
        List<String> unbalanced) {
    private static final byte[] TENANT = "_system".getBytes(StandardCharsets.UTF_8);
    private static final byte[] ACTION = "ledger.recorded".getBytes(StandardCharsets.UTF_8);

    /**
     * What is kept of every event of the ledger, so that only those that are compared need be read again.
     *
     * @param shard where the event is, as are {@code incarnation} and {@code sequence}
     * @param run the run of the server that wrote it; told by the incarnations where it has no name
     * @param lastIncarnation the highest that it names
     * @param number the record's, growing within a run
     * @param part which part of the record, from 1
     * @param parts how many it has
     */
    record Head(
            int shard,
            int incarnation,
            long sequence,
            String run,
            int lastIncarnation,
            long number,
            int part,
            int parts) {
        /** Where the event is, for people. */
        String where() {
            return "shard " + shard + ", incarnation " + incarnation + ", sequence " + sequence;
        }
    }

    /** What is known of the counters of one event while they are read. */
    private static final class Sums {
        private final List<String> unbalanced = new ArrayList<>();
        private long inFlight;
    }

    /** Up to where a shard's events are counted; -1 for none. */
    record Through(int shard, int incarnation, long sequence) {}

    /** Whether an event is one of the ledger. */
    static boolean isOne(EventView event) {
        return event.fieldEquals(EventField.TENANT, TENANT) && event.fieldEquals(EventField.ACTION, ACTION);
    }

    /**
     * Reads it.
     *
     * @throws IOException when its attributes are not of that form; the message says what is missing
     */
    static LedgerPart of(EventView event, int shard, int incarnation, long sequence) throws IOException {
        String attributes = event.text(EventField.ATTRIBUTES);
        if (attributes == null) {
            throw new IOException("it has no attributes");
        }
        JsonTree tree = JsonTree.parse(attributes.getBytes(StandardCharsets.UTF_8));
        List<Through> through = new ArrayList<>();
        for (JsonTree each : tree.at("through").elements()) {
            through.add(new Through(
                    (int) number(each, "shard"), (int) number(each, "incarnation"), number(each, "sequence")));
        }
        int part = (int) tree.at("part").number(1);
        int parts = (int) tree.at("parts").number(1);
        List<Long> incarnations = tree.at("incarnations").elements().stream()
                .map(each -> each.number(0))
                .toList();
        if (part == 1 && (incarnations.isEmpty() || through.isEmpty())) {
            throw new IOException("\"incarnations\" or \"through\" is missing");
        }
        String run = tree.text("run") == null ? incarnations.toString() : tree.text("run");
        if (part < 1 || part > parts || (parts > 1 && tree.text("run") == null)) {
            throw new IOException("part " + part + " of " + parts + " cannot be, or its \"run\" is missing");
        }
        Sums sums = new Sums();
        Map<String, Map<Lane, Long>> stored = stored(tree, sums);
        return new LedgerPart(
                new Head(
                        shard,
                        incarnation,
                        sequence,
                        run,
                        last(incarnations, through),
                        tree.at("record").number(event.receivedTimeNs()),
                        part,
                        parts),
                tree.text("reason"),
                stored,
                List.copyOf(through),
                sums.inFlight,
                sums.unbalanced);
    }

    private static int last(List<Long> incarnations, List<Through> through) {
        long atStart = incarnations.stream().mapToLong(Long::longValue).max().orElse(0);
        return (int) Math.max(
                atStart, through.stream().mapToLong(Through::incarnation).max().orElse(0));
    }

    private static Map<String, Map<Lane, Long>> stored(JsonTree tree, Sums sums) throws IOException {
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
            String of = "tenant " + tenant + ", lane " + counter.text("lane") + ": ";
            long received = number(counter, "received") + counter.at("leftOver").number(0);
            long explained = explained(counter);
            if (received != explained) {
                sums.unbalanced.add(of + received + " events received, " + explained + " explained");
            }
            long inFlight = number(counter, "inFlight");
            if (inFlight < 0) {
                sums.unbalanced.add(of + inFlight + " events in flight: some are counted twice");
            }
            sums.inFlight += Math.max(0, inFlight);
        }
        return stored;
    }

    /** stored + emergency + duplicate + refused + in flight. */
    private static long explained(JsonTree counter) throws IOException {
        long sum = number(counter, "stored")
                + counter.at("emergency").number(0)
                + number(counter, "duplicate")
                + number(counter, "inFlight");
        for (JsonTree reason : counter.at("refused").values()) {
            sum += reason.number(0);
        }
        return sum;
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
