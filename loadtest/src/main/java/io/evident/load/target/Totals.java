package io.evident.load.target;

import io.evident.event.Lane;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * How many events had which outcome. Immutable.
 *
 * @param receipts events that were taken, by lane
 * @param duplicates those of them that had been there before
 * @param refused events that were refused, by reason
 * @param failed events of which nobody knows, by reason
 */
public record Totals(Map<Lane, Long> receipts, long duplicates, Map<String, Long> refused, Map<String, Long> failed) {
    /** Of a run that did not begin. */
    public static final Totals NONE = new Totals(Map.of(), 0, Map.of(), Map.of());

    /** Events that were taken, in all lanes. */
    public long allReceipts() {
        return sum(receipts);
    }

    /** Events that were refused, for whatever reason. */
    public long allRefused() {
        return sum(refused);
    }

    /** Events of which nobody knows. */
    public long allFailed() {
        return sum(failed);
    }

    private static long sum(Map<?, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Both. */
    public Totals plus(Totals other) {
        return with(other, 1);
    }

    /** What came since that time. */
    public Totals since(Totals earlier) {
        return with(earlier, -1);
    }

    private Totals with(Totals other, int sign) {
        Map<Lane, Long> lanes = new EnumMap<>(Lane.class);
        lanes.putAll(receipts);
        add(lanes, other.receipts, sign);
        Map<String, Long> refusals = new TreeMap<>(refused);
        add(refusals, other.refused, sign);
        Map<String, Long> failures = new TreeMap<>(failed);
        add(failures, other.failed, sign);
        return new Totals(lanes, duplicates + sign * other.duplicates, refusals, failures);
    }

    private static <K> void add(Map<K, Long> to, Map<K, Long> added, int sign) {
        added.forEach((key, count) -> to.merge(key, sign * count, (a, b) -> a + b == 0 ? null : a + b));
    }
}
