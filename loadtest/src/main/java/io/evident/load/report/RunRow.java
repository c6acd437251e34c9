package io.evident.load.report;

import io.evident.event.Lane;
import io.evident.load.check.PassCriterion;
import io.evident.load.check.ReadBack;
import io.evident.load.engine.RunResult;
import io.evident.load.engine.Second;
import io.evident.load.probe.ReceiptTimes;
import io.evident.load.probe.ServerCost;
import io.evident.load.target.Durability;
import io.evident.load.target.Latencies;
import io.evident.load.target.Totals;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * All that is told of a run.
 *
 * @param name what it is called
 * @param target the name of the target
 * @param traffic what was asked for: members of the JSON
 * @param closedLoop whether the target set the pace
 * @param generatorHiccups in nanoseconds
 * @param receiptTimes by the server's own clock
 * @param readBack {@code null} when nothing was read back
 * @param ceiling what the generator reached by itself, in events per second; 0 when that was not measured
 * @param criteria what the run has to reach
 */
public record RunRow(
        String name,
        String target,
        Durability durability,
        Map<String, Object> traffic,
        boolean closedLoop,
        RunResult result,
        double generatorCpuSeconds,
        Histogram generatorHiccups,
        ServerCost server,
        ReceiptTimes receiptTimes,
        ReadBack readBack,
        double ceiling,
        List<PassCriterion> criteria) {
    private static final double BOUND_SHARE = 0.7;
    private static final double MILLION = 1e6;
    private static final double NS_PER_MS = 1e6;
    private static final double[] DRAWN = {
        0, 10, 25, 50, 75, 90, 95, 97.5, 99, 99.5, 99.75, 99.9, 99.95, 99.975, 99.99, 99.995, 99.999
    };

    /** Whether the generator itself may be what the result is bound by. */
    public boolean isGeneratorBound() {
        return ceiling > 0 && result.eventsPerSecond() >= BOUND_SHARE * ceiling;
    }

    /** What is wrong with the run, in words; nothing when it passes. */
    public List<String> failures() {
        List<String> failures = new ArrayList<>();
        if (readBack != null && !readBack.isRight()) {
            failures.add(readBack.text());
        }
        Map<String, Double> figures = figures();
        for (PassCriterion criterion : criteria) {
            String failure = failure(criterion, figures);
            if (failure != null) {
                failures.add(failure);
            }
        }
        return failures;
    }

    /** Whether events were taken, and all is as it has to be: who names criteria says what refusals are worth. */
    public boolean passes() {
        Totals judged = result.judged();
        boolean isAllTaken = judged.allRefused() == 0 && judged.allFailed() == 0;
        return result.measured().allReceipts() > 0
                && (isAllTaken || !criteria.isEmpty())
                && failures().isEmpty();
    }

    private String failure(PassCriterion criterion, Map<String, Double> figures) {
        boolean isOfLane = Arrays.stream(Lane.values())
                .anyMatch(lane -> criterion.measure().startsWith(lane.text() + '.'));
        // Who sends does not know the lanes of events, so those that were never sent cannot be added to them.
        return isOfLane && unsent() > 0
                ? String.format(
                        Locale.ROOT,
                        "%s cannot be judged: %,d events were due and never sent, of whatever lane",
                        criterion.text(),
                        unsent())
                : criterion.failure(figures);
    }

    private long unsent() {
        return result.unsent().getTotalCount();
    }

    private Map<String, Double> figures() {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("rate", result.eventsPerSecond());
        figures.put("refused", (double) result.judged().allRefused());
        figures.put("failed", (double) result.judged().allFailed());
        figures.put("duplicates", (double) result.judged().duplicates());
        figures.put("unsent", (double) unsent());
        addLatencies(figures, "", result.response());
        result.latencies().response().forEach((lane, histogram) -> addLatencies(figures, lane.text() + '.', histogram));
        figures.putAll(Percentiles.atMostMs(receiptTimes, null, "server."));
        receiptTimes
                .lanes()
                .forEach(lane ->
                        figures.putAll(Percentiles.atMostMs(receiptTimes, lane, "server." + lane.text() + '.')));
        return figures;
    }

    private void addLatencies(Map<String, Double> figures, String prefix, Histogram histogram) {
        List<String> tooFew = Percentiles.tooFew(histogram, result.eventsPerLatency());
        Percentiles.ms(histogram).forEach((name, ms) -> {
            if (!tooFew.contains(name)) {
                figures.put(prefix + name, (Double) ms);
            }
        });
    }

    private double perMillion(double amount) {
        return amount < 0 ? -1 : amount / Math.max(1, result.measured().allReceipts()) * MILLION;
    }

    /**
     * For programs. What was told in the first place stands last, {@code latencyMs} at the end: scripts look for the last
     * member of a name.
     */
    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", name);
        json.put("target", target);
        json.put("durability", durability.text());
        json.put("loop", closedLoop ? "closed" : "open");
        json.put("latencyCount", result.response().getTotalCount());
        json.put("tooFew", Percentiles.tooFew(result.response(), result.eventsPerLatency()));
        json.put("serviceMs", Percentiles.ms(Latencies.merged(result.latencies().service())));
        json.put("lanes", lanes());
        json.put("failed", result.judged().failed());
        json.put("unsent", unsent());
        json.put("generator", generator());
        json.put("server", serverCost());
        json.put("serverClockMs", serverClock());
        json.put("readBack", readBack == null ? null : readBack.text());
        json.put("failures", failures());
        json.put("distribution", distribution(result.response()));
        json.put("series", series());
        json.putAll(traffic);
        json.put("seconds", result.seconds());
        json.put("sent", result.sent());
        json.put("receipts", result.measured().allReceipts());
        json.put("duplicates", result.judged().duplicates());
        json.put("refused", result.judged().refused());
        json.put("eventsPerSecond", Math.round(result.eventsPerSecond()));
        json.put("latencyMs", Percentiles.ms(result.response()));
        return json;
    }

    private Map<String, Object> lanes() {
        Map<String, Object> lanes = new LinkedHashMap<>();
        result.latencies().response().forEach((lane, histogram) -> {
            Map<String, Object> told = Percentiles.ms(histogram);
            told.put("count", histogram.getTotalCount());
            told.put("tooFew", Percentiles.tooFew(histogram, result.eventsPerLatency()));
            told.put("isWithoutUnsent", unsent() > 0);
            lanes.put(lane.text(), told);
        });
        return lanes;
    }

    private Map<String, Object> serverClock() {
        Map<String, Object> told = new LinkedHashMap<>(Percentiles.atMostMs(receiptTimes, null, ""));
        told.put("count", receiptTimes.count(null));
        for (Lane lane : receiptTimes.lanes()) {
            Map<String, Object> ofLane = new LinkedHashMap<>(Percentiles.atMostMs(receiptTimes, lane, ""));
            ofLane.put("count", receiptTimes.count(lane));
            told.put(lane.text(), ofLane);
        }
        return told;
    }

    private Map<String, Object> generator() {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("lagMs", Percentiles.ms(result.lag()));
        told.put("blockedSeconds", result.blockedSeconds());
        told.put("cpuSecondsPerMillion", perMillion(generatorCpuSeconds));
        told.put("hiccupMs", Percentiles.ms(generatorHiccups));
        told.put("ceiling", Math.round(ceiling));
        told.put("bound", isGeneratorBound());
        return told;
    }

    private Map<String, Object> serverCost() {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("cpuSecondsPerMillion", perMillion(server.cpuSeconds()));
        told.put("allocatedBytesPerMillion", Math.round(perMillion((double) server.allocatedBytes())));
        told.put("mostHeapBytes", server.mostHeapBytes());
        told.put("mostDirectBytes", server.mostDirectBytes());
        told.put("mostResidentBytes", server.mostResidentBytes());
        told.put("collections", server.collections());
        told.put("collectionMs", server.collectionMs());
        told.put("hiccupMaxMs", server.hiccupMaxMs());
        return told;
    }

    private List<Object> distribution(Histogram histogram) {
        long latencies = (long) (histogram.getTotalCount() / result.eventsPerLatency());
        List<Object> points = new ArrayList<>();
        for (double percentile : DRAWN) {
            if (percentile == 0 || Percentiles.isEnough(latencies, percentile)) {
                points.add(List.of(percentile, histogram.getValueAtPercentile(percentile) / NS_PER_MS));
            }
        }
        return points;
    }

    private List<Object> series() {
        List<Object> seconds = new ArrayList<>();
        for (Second second : result.series()) {
            Map<String, Object> told = new LinkedHashMap<>();
            told.put("at", second.atSeconds());
            told.put("eventsPerSecond", Math.round(second.receipts() / second.lengthSeconds()));
            told.put("refused", second.refused());
            told.put("p50", second.p50Ns() / NS_PER_MS);
            told.put("p99", second.p99Ns() / NS_PER_MS);
            told.put("p99.9", second.p999Ns() / NS_PER_MS);
            seconds.add(told);
        }
        return seconds;
    }

    /** For people, below the line that tells the traffic. */
    public String text() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "  %,.0f events/s: %,d receipts in %.1f s, %,d duplicates, refused %s%s",
                result.eventsPerSecond(),
                result.measured().allReceipts(),
                result.seconds(),
                result.judged().duplicates(),
                result.judged().refused().isEmpty() ? "none" : result.judged().refused(),
                result.judged().failed().isEmpty()
                        ? ""
                        : ", unknown " + result.judged().failed()));
        lines.add((closedLoop ? "  latency ms (closed loop)  " : "  latency ms  ")
                + Percentiles.text(result.response(), result.eventsPerLatency()));
        if (result.latencies().response().size() > 1) {
            result.latencies()
                    .response()
                    .forEach((lane, histogram) -> lines.add("    " + lane.text()
                            + (unsent() > 0 ? " without what was never sent  " : "  ")
                            + Percentiles.text(histogram, result.eventsPerLatency())));
        }
        if (!closedLoop) {
            lines.add("  from the real sending  "
                    + Percentiles.text(Latencies.merged(result.latencies().service()), result.eventsPerLatency()));
            lines.add("  generator late by  " + Percentiles.text(result.lag()));
        }
        if (receiptTimes.count(null) > 0) {
            lines.add("  by the server's clock, at most  " + Percentiles.text(receiptTimes, null));
            for (Lane lane : receiptTimes.lanes().size() > 1 ? receiptTimes.lanes() : List.<Lane>of()) {
                lines.add("    " + lane.text() + "  " + Percentiles.text(receiptTimes, lane));
            }
        }
        if (unsent() > 0) {
            lines.add(String.format(
                    Locale.ROOT,
                    "  %,d events were due and never sent; they count with the time that they had waited",
                    unsent()));
        }
        addCosts(lines);
        return String.join(System.lineSeparator(), lines);
    }

    private void addCosts(List<String> lines) {
        StringBuilder costs = new StringBuilder(String.format(
                Locale.ROOT, "  per million events: generator %.2f CPU s", perMillion(generatorCpuSeconds)));
        if (server.cpuSeconds() >= 0) {
            costs.append(String.format(Locale.ROOT, ", server %.2f CPU s", perMillion(server.cpuSeconds())));
        }
        if (server.allocatedBytes() >= 0) {
            costs.append(String.format(
                    Locale.ROOT, ", %.1f MB allocated", perMillion((double) server.allocatedBytes()) / MILLION));
        }
        lines.add(costs.toString());
        if (ceiling > 0) {
            lines.add(String.format(
                    Locale.ROOT,
                    "  the generator by itself reaches %,.0f events/s%s",
                    ceiling,
                    isGeneratorBound() ? ": THIS RESULT IS GENERATOR-BOUND" : ""));
        }
        if (readBack != null) {
            lines.add("  " + readBack.text());
        }
    }
}
