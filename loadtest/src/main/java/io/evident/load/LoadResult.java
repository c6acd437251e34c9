package io.evident.load;

import io.evident.event.RefusalReason;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.HdrHistogram.Histogram;

/**
 * The outcome of one run.
 *
 * @param seconds measured time
 * @param latency of receipts, in nanoseconds, one value for each event
 */
record LoadResult(
        double seconds,
        long sent,
        long receipts,
        long duplicates,
        Map<RefusalReason, Long> refused,
        Histogram latency) {

    private static final double[] PERCENTILES = {50, 90, 99, 99.9, 99.99};

    double eventsPerSecond() {
        return receipts / seconds;
    }

    /** For people. */
    String text(LoadPlan plan, double meanBytes) {
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "tier %s, %d connections, frames of %d, window %d, events of %.0f bytes%n",
                plan.tier().text(),
                plan.connections(),
                plan.batch(),
                plan.window(),
                meanBytes));
        text.append(String.format(
                Locale.ROOT,
                "  %,.0f events/s: %,d receipts in %.1f s, %,d duplicates, refused %s%n",
                eventsPerSecond(),
                receipts,
                seconds,
                duplicates,
                refused.isEmpty() ? "none" : refused));
        StringJoiner percentiles = new StringJoiner("   ", "  latency ms  ", "");
        for (double percentile : PERCENTILES) {
            percentiles.add(String.format(
                    Locale.ROOT, "p%s %.2f", trimmed(percentile), ms(latency.getValueAtPercentile(percentile))));
        }
        percentiles.add(String.format(Locale.ROOT, "max %.2f", ms(latency.getMaxValue())));
        return text.append(percentiles).toString();
    }

    /** For programs: one line of JSON. */
    String json(LoadPlan plan, double meanBytes) {
        StringJoiner json = new StringJoiner(",", "{", "}");
        json.add("\"tier\":\"" + plan.tier().text() + "\"");
        json.add("\"connections\":" + plan.connections());
        json.add("\"batch\":" + plan.batch());
        json.add("\"window\":" + plan.window());
        json.add("\"offeredEventsPerSecond\":" + plan.eventsPerSecond());
        json.add(String.format(Locale.ROOT, "\"meanEventBytes\":%.1f", meanBytes));
        json.add(String.format(Locale.ROOT, "\"seconds\":%.3f", seconds));
        json.add("\"sent\":" + sent);
        json.add("\"receipts\":" + receipts);
        json.add("\"duplicates\":" + duplicates);
        StringJoiner refusals = new StringJoiner(",", "{", "}");
        refused.forEach((reason, count) -> refusals.add("\"" + reason.text() + "\":" + count));
        json.add("\"refused\":" + refusals);
        json.add(String.format(Locale.ROOT, "\"eventsPerSecond\":%.0f", eventsPerSecond()));
        StringJoiner percentiles = new StringJoiner(",", "{", "}");
        for (double percentile : PERCENTILES) {
            percentiles.add(String.format(
                    Locale.ROOT, "\"p%s\":%.3f", trimmed(percentile), ms(latency.getValueAtPercentile(percentile))));
        }
        percentiles.add(String.format(Locale.ROOT, "\"max\":%.3f", ms(latency.getMaxValue())));
        return json.add("\"latencyMs\":" + percentiles).toString();
    }

    private static String trimmed(double percentile) {
        return percentile == Math.rint(percentile) ? String.valueOf((long) percentile) : String.valueOf(percentile);
    }

    private static double ms(long ns) {
        return ns / 1e6;
    }
}
