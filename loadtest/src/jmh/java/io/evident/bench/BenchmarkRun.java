package io.evident.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs the benchmarks for {@code ./mvnw -Pbenchmarks}: each in processes of its own, time and allocated bytes per operation.
 * Leaves {@code benchmarks.json}, as JMH writes it, and {@code benchmarks.md}, a table.
 */
@SuppressWarnings("SystemOut") // The table, to whoever runs it.
final class BenchmarkRun {
    private static final TimeValue SECOND = TimeValue.seconds(1);
    private static final int WARM_UPS = 3;
    private static final int MEASUREMENTS = 5;

    private BenchmarkRun() {}

    /**
     * Runs those whose names a regular expression finds something in.
     *
     * @param args the expression, how many processes for each benchmark, and a directory for the results
     */
    public static void main(String[] args) throws RunnerException, IOException {
        Path directory = Files.createDirectories(Path.of(args[2]));
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(args[0])
                        .forks(Integer.parseInt(args[1]))
                        .mode(Mode.AverageTime)
                        .timeUnit(TimeUnit.NANOSECONDS)
                        .warmupIterations(WARM_UPS)
                        .warmupTime(SECOND)
                        .measurementIterations(MEASUREMENTS)
                        .measurementTime(SECOND)
                        .addProfiler(GCProfiler.class)
                        .shouldFailOnError(true)
                        .resultFormat(ResultFormatType.JSON)
                        .result(directory.resolve("benchmarks.json").toString())
                        .build())
                .run();
        String table = BenchmarkTable.of(results);
        Files.writeString(directory.resolve("benchmarks.md"), table, StandardCharsets.UTF_8);
        System.out.println(table);
    }
}
