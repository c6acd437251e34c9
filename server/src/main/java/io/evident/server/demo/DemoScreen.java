package io.evident.server.demo;

import io.evident.event.Lane;
import io.evident.event.Tier;
import io.evident.server.metrics.LatencySummaries;
import io.evident.server.metrics.LatencySummary;
import io.evident.server.metrics.RoadSnapshot;
import io.evident.server.metrics.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The demo's table as lines of text, at most 100 columns wide. Stateless. */
final class DemoScreen {
    private static final double NS_PER_MS = 1e6;

    private DemoScreen() {}

    /**
     * The table.
     *
     * @param latencies of the last second while it runs, of the whole run at the end
     * @param span what the latencies are over, for the heading
     */
    static List<String> lines(RoadSnapshot road, double eventsPerSecond, LatencySummaries latencies, String span) {
        List<String> lines = new ArrayList<>();
        lines.add(format("  events/s  %,10.0f        stored %,d", eventsPerSecond, stored(road)));
        lines.add("");
        lines.add(format(
                "  %-10s %12s   %-26s %-26s",
                "lane", "stored", "JOURNALED p50 / p99 / p99.9", "SYNCED p50 / p99 / p99.9"));
        for (Lane lane : Lane.values()) {
            lines.add(format(
                    "  %-10s %,12d   %-27s %-26s",
                    lane.text(),
                    road.storedByLane().get(lane),
                    latency(latencies.journaledByLane().get(lane)),
                    latency(latencies.syncedByLane().get(lane))));
        }
        lines.add("");
        lines.add(format("  %-38s %12s   %-22s", "target", "p99 below", "p99, " + span));
        for (Target target : Target.values()) {
            lines.add(target(target, latencies));
        }
        lines.add(format(
                "  %-38s %12s   %-22s",
                "events per second", format(">= %,d", Target.EVENTS_PER_SECOND), rate(eventsPerSecond)));
        return lines;
    }

    /** What the senders were told, by tier. */
    static List<String> receipts(ReceiptCounts receipts) {
        return List.of(
                "",
                format(
                        "  receipts   accepted %,d   journaled %,d   synced %,d",
                        receipts.receipts(Tier.ACCEPTED),
                        receipts.receipts(Tier.JOURNALED),
                        receipts.receipts(Tier.SYNCED)),
                format(
                        "             %,d of them duplicates: sent twice, stored once; %,d failed",
                        receipts.duplicates(), receipts.failed()));
    }

    private static long stored(RoadSnapshot road) {
        return road.storedByLane().values().stream().mapToLong(Long::longValue).sum();
    }

    private static String target(Target target, LatencySummaries latencies) {
        long p99Ns = target.p99Ns(latencies);
        String measured = p99Ns == 0 ? "-" : ms(p99Ns) + " ms  " + (target.isMet(latencies) ? "met" : "MISSED");
        return format("  %-38s %12s   %-22s", target.title(), ms(target.limitNs()) + " ms", measured);
    }

    private static String rate(double eventsPerSecond) {
        return format("%,.0f  %s", eventsPerSecond, eventsPerSecond >= Target.EVENTS_PER_SECOND ? "met" : "below");
    }

    private static String latency(LatencySummary summary) {
        return summary.isEmpty()
                ? "-"
                : ms(summary.p50Ns()) + " / " + ms(summary.p99Ns()) + " / " + ms(summary.p999Ns()) + " ms";
    }

    private static String ms(long ns) {
        double ms = ns / NS_PER_MS;
        return format(ms < 10 ? "%.2f" : "%.0f", ms);
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
