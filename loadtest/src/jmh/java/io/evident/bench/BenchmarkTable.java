package io.evident.bench;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/** The results of benchmarks as a table in Markdown. */
final class BenchmarkTable {
    private static final String ALLOCATED = "gc.alloc.rate.norm";
    private static final String HEAD = """
            | benchmark | ns per operation | lowest and highest | bytes allocated per operation |
            | --------- | ---------------: | ------------------ | ----------------------------: |
            """;

    private BenchmarkTable() {}

    static String of(Collection<RunResult> results) {
        return HEAD + results.stream().map(BenchmarkTable::row).collect(Collectors.joining());
    }

    private static String row(RunResult result) {
        Result<?> time = result.getPrimaryResult();
        Result<?> allocated = result.getSecondaryResults().get(ALLOCATED);
        return String.format(
                Locale.ROOT,
                "| %s | %s | %s to %s | %s |%n",
                name(result.getParams()),
                number(time.getScore()),
                number(time.getStatistics().getMin()),
                number(time.getStatistics().getMax()),
                allocated == null ? "not measured" : number(allocated.getScore()));
    }

    /** Class and method, and what was asked for of the parameters. */
    private static String name(BenchmarkParams params) {
        String[] parts = params.getBenchmark().split("\\.", -1);
        String name = parts[parts.length - 2].replace("Benchmark", "") + "." + parts[parts.length - 1];
        List<String> given = params.getParamsKeys().stream()
                .map(key -> key + "=" + params.getParam(key))
                .toList();
        return given.isEmpty() ? name : name + " " + String.join(", ", given);
    }

    /** Three figures are as many as such a measurement has. */
    private static String number(double value) {
        if (value >= 1_000) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return String.format(Locale.ROOT, value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value);
    }
}
