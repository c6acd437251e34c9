package io.evident.load.report;

import io.evident.server.json.JsonTree;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** A report of some runs as one page of HTML that refers to nothing outside of it. */
public final class ReportPage {
    private static final int MOST_LINES = Plot.COLOURS;
    private static final double MEGABYTE = 1e6;
    private static final List<String> PERCENTILES = List.of("p50", "p90", "p99", "p99.9", "p99.99", "max");

    private final List<JsonTree> rows;

    private ReportPage(List<JsonTree> rows) {
        this.rows = rows;
    }

    /**
     * The page.
     *
     * @param facts what stands above: machine, commit, command
     * @param rows as {@link RunRow#json} tells them
     */
    public static String html(String title, Map<String, String> facts, List<JsonTree> rows) {
        return new ReportPage(rows).page(title, facts);
    }

    private String page(String title, Map<String, String> facts) {
        StringBuilder html = new StringBuilder("<!doctype html><html lang='en'><meta charset='utf-8'>"
                + "<meta name='viewport' content='width=device-width'><title>" + HtmlText.of(title) + "</title><style>"
                + resource("report.css") + "</style><h1>" + HtmlText.of(title) + "</h1>");
        long failed = rows.stream().filter(row -> !failures(row).isEmpty()).count();
        html.append(
                failed == 0
                        ? "<p class='ok'>All " + rows.size() + " runs pass.</p>"
                        : "<p class='bad'>" + failed + " of " + rows.size() + " runs fail.</p>");
        html.append("<dl>");
        facts.forEach((name, fact) ->
                html.append("<dt>").append(HtmlText.of(name)).append("<dd>").append(HtmlText.of(fact)));
        html.append("</dl>").append(table());
        html.append(section("Medians of the rounds (lowest to highest)", RoundsTable.html(rows)));
        html.append(section("Latency by percentile", byPercentile()));
        html.append(section("Latency against rate", byRate())).append(section("Throughput over time", overTime()));
        html.append(section("Latency over time (p99 of each second)", latencyOverTime("p99")));
        return html.append(section("Latency over time (p99.9 of each second)", latencyOverTime("p99.9")))
                .append(resource("report.html"))
                .toString();
    }

    private static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(ReportPage.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String section(String title, String content) {
        return content.isEmpty() ? "" : "<section><h2>" + title + "</h2>" + content + "</section>";
    }

    private String table() {
        StringBuilder html = new StringBuilder(
                "<div class='t'><table><tr><th>run<th>target<th>durability<th>loop" + "<th>events/s<th>refused");
        PERCENTILES.forEach(name -> html.append("<th>").append(name).append(" ms"));
        html.append("<th>CPU s per million: server<th>generator<th>MB allocated per million<th>result");
        for (JsonTree row : rows) {
            addRow(html, row, row.text("name"), row.at("latencyMs"), row.at("tooFew"), true);
            List<JsonTree> lanes = row.at("lanes").values();
            for (String lane : lanes.size() > 1 ? List.of("critical", "elevated", "standard") : List.<String>of()) {
                if (row.at("lanes", lane).isThere()) {
                    addRow(
                            html,
                            row,
                            "\u00a0\u00a0" + lane + (row.at("unsent").number(0) > 0 ? " (without unsent)" : ""),
                            row.at("lanes", lane),
                            row.at("lanes", lane, "tooFew"),
                            false);
                }
            }
            if (row.at("serverClockMs", "p50").isThere()) {
                JsonTree clock = row.at("serverClockMs");
                addRow(html, row, "\u00a0\u00a0by the server's clock, at most", clock, clock.at("none"), false);
            }
        }
        return html.append("</table></div>").toString();
    }

    private static void addRow(
            StringBuilder html, JsonTree row, String name, JsonTree latency, JsonTree tooFew, boolean whole) {
        List<String> few = tooFew.elements().stream().map(JsonTree::toString).toList();
        html.append(whole ? "<tr>" : "<tr class='lane'>").append("<td>").append(HtmlText.of(name));
        cell(html, whole ? row.text("target") : "");
        cell(html, whole ? row.text("durability") : "");
        cell(html, whole ? row.text("loop") : "");
        cell(
                html,
                whole
                        ? String.format(
                                Locale.ROOT, "%,d", row.at("eventsPerSecond").number(0))
                        : "");
        cell(html, whole ? String.format(Locale.ROOT, "%,d", refused(row)) : "");
        for (String percentile : PERCENTILES) {
            cell(html, few.contains(percentile) ? "too few" : text(decimal(latency.at(percentile))));
        }
        cell(html, whole ? text(decimal(row.at("server", "cpuSecondsPerMillion"))) : "");
        cell(html, whole ? text(decimal(row.at("generator", "cpuSecondsPerMillion"))) : "");
        double allocated = decimal(row.at("server", "allocatedBytesPerMillion")) / MEGABYTE;
        cell(html, whole ? text(allocated) : "");
        html.append(whole ? verdict(row) : "<td>");
    }

    private static String verdict(JsonTree row) {
        List<String> failures = failures(row);
        String bound = row.at("generator", "bound").isTrue() ? "<br>generator-bound" : "";
        return failures.isEmpty()
                ? "<td class='ok'>pass" + bound
                : "<td class='bad'>" + HtmlText.of(String.join("; ", failures)) + bound;
    }

    private static void cell(StringBuilder html, String text) {
        html.append("<td>").append(HtmlText.of(text == null ? "" : text));
    }

    private static String text(double value) {
        return value >= 0 ? String.format(Locale.ROOT, value < 10 ? "%.2f" : "%,.1f", value) : "";
    }

    private static List<String> failures(JsonTree row) {
        return row.at("failures").elements().stream().map(JsonTree::toString).toList();
    }

    private static long refused(JsonTree row) {
        return row.at("refused").values().stream()
                .mapToLong(each -> each.number(0))
                .sum();
    }

    private static double decimal(JsonTree number) {
        return number.isThere() ? Double.parseDouble(number.toString()) : -1;
    }

    private String byPercentile() {
        Function<JsonTree, List<double[]>> points = row -> row.at("distribution").elements().stream()
                .map(pair -> new double[] {
                    decimal(pair.elements().get(0)), decimal(pair.elements().get(1))
                })
                .toList();
        List<double[]> all =
                rows.stream().flatMap(row -> points.apply(row).stream()).toList();
        Axis across = Axis.nines("percentile", highest(all, 0));
        Axis up = Axis.logarithmic("latency, ms", lowest(all), highest(all, 1));
        return plots(across, up, points);
    }

    private String overTime() {
        Function<JsonTree, List<double[]>> points = row -> series(row, "eventsPerSecond");
        List<double[]> all =
                rows.stream().flatMap(row -> points.apply(row).stream()).toList();
        return plots(
                Axis.linear("seconds", highest(all, 0)), Axis.linear("events per second", highest(all, 1)), points);
    }

    private String latencyOverTime(String percentile) {
        Function<JsonTree, List<double[]>> points = row ->
                series(row, percentile).stream().filter(point -> point[1] > 0).toList();
        List<double[]> all =
                rows.stream().flatMap(row -> points.apply(row).stream()).toList();
        Axis up = Axis.logarithmic(percentile + ", ms", lowest(all), highest(all, 1));
        return plots(Axis.linear("seconds", highest(all, 0)), up, points);
    }

    private static List<double[]> series(JsonTree row, String figure) {
        return row.at("series").elements().stream()
                .map(second -> new double[] {decimal(second.at("at")), decimal(second.at(figure))})
                .toList();
    }

    /** As many plots as it takes for lines that can be told from each other, all with the same axes. */
    private String plots(Axis across, Axis up, Function<JsonTree, List<double[]>> points) {
        StringBuilder html = new StringBuilder();
        for (int from = 0; from < rows.size(); from += MOST_LINES) {
            Plot plot = new Plot(across, up);
            for (JsonTree row : rows.subList(from, Math.min(rows.size(), from + MOST_LINES))) {
                plot.line(row.text("name"), points.apply(row));
            }
            html.append(plot.html());
        }
        return html.toString();
    }

    /** Only where several runs were offered different rates. */
    private String byRate() {
        List<JsonTree> open = rows.stream()
                .filter(row -> "open".equals(row.text("loop")))
                .sorted(Comparator.comparingLong(
                        row -> row.at("offeredEventsPerSecond").number(0)))
                .toList();
        if (open.stream()
                        .map(row -> row.at("offeredEventsPerSecond").number(0))
                        .distinct()
                        .count()
                < 3) {
            return "";
        }
        ToDoubleFunction<JsonTree> rate =
                row -> row.at("offeredEventsPerSecond").number(0);
        List<double[]> all = new ArrayList<>();
        open.forEach(row -> List.of("p50", "p99.9")
                .forEach(name -> all.add(new double[] {rate.applyAsDouble(row), decimal(row.at("latencyMs", name))})));
        Plot plot = new Plot(
                Axis.linear("offered events per second", highest(all, 0)),
                Axis.logarithmic("latency, ms", lowest(all), highest(all, 1)));
        for (String name : List.of("p50", "p99", "p99.9")) {
            plot.line(
                    name,
                    open.stream()
                            .filter(row -> row.at("tooFew").elements().stream()
                                    .noneMatch(each -> name.equals(each.toString())))
                            .map(row -> new double[] {rate.applyAsDouble(row), decimal(row.at("latencyMs", name))})
                            .toList());
        }
        double knee = Knee.of(open.stream()
                .map(row -> new Knee.Step(
                        rate.applyAsDouble(row),
                        row.at("eventsPerSecond").number(0),
                        decimal(row.at("latencyMs", "p99"))))
                .toList());
        return (knee < 0 ? plot : plot.mark(knee, "knee " + Axis.number(knee) + "/s")).html();
    }

    private static double highest(List<double[]> points, int which) {
        return points.stream().mapToDouble(point -> point[which]).max().orElse(1);
    }

    private static double lowest(List<double[]> points) {
        return points.stream()
                .mapToDouble(point -> point[1])
                .filter(value -> value > 0)
                .min()
                .orElse(1);
    }
}
