package io.evident.load.report;

import io.evident.server.json.JsonTree;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Runs that were repeated as a table in HTML: medians of the rounds, with the lowest and the highest. Stateless. */
final class RoundsTable {
    private static final List<String> LATENCIES = List.of("p50", "p99", "p99.9");

    private RoundsTable() {}

    /** Points in the order in which they come; nothing when none was repeated. */
    static String html(List<JsonTree> rows) {
        Map<String, List<JsonTree>> points = rows.stream()
                .collect(Collectors.groupingBy(
                        row -> String.valueOf(row.text("name")), LinkedHashMap::new, Collectors.toList()));
        if (points.values().stream().allMatch(rounds -> rounds.size() == 1)) {
            return "";
        }
        StringBuilder html = new StringBuilder("<div class='t'><table><tr><th>name<th>rounds<th>events/s");
        LATENCIES.forEach(name -> html.append("<th>").append(name).append(" ms"));
        points.forEach((name, rounds) -> {
            html.append("<tr><td>").append(HtmlText.of(name));
            html.append("<td>").append(rounds.size());
            html.append("<td>")
                    .append(figure(
                            "%,.0f", rounds, row -> row.at("eventsPerSecond").number(0)));
            for (String latency : LATENCIES) {
                html.append("<td>").append(figure("%,.2f", rounds, row -> ms(row, latency)));
            }
        });
        return html.append("</table></div>").toString();
    }

    private static double ms(JsonTree row, String name) {
        JsonTree latency = row.at("latencyMs", name);
        return latency.isThere() ? Double.parseDouble(latency.toString()) : 0;
    }

    private static String figure(String format, List<JsonTree> rounds, ToDoubleFunction<JsonTree> of) {
        double[] sorted = rounds.stream().mapToDouble(of).sorted().toArray();
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return String.format(
                Locale.ROOT,
                format + " (" + format + " to " + format + ")",
                median,
                sorted[0],
                sorted[sorted.length - 1]);
    }
}
