package io.evident.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

final class BenchmarksTest {
    /** Another build may be at the same test: nothing is measured here, so they need not wait for each other. */
    private static final String IGNORE_LOCK = "jmh.ignoreLock";

    @TempDir
    private Path place;

    @BeforeEach
    void setProperties() {
        System.setProperty(IGNORE_LOCK, "true");
        System.setProperty(BenchDirectory.PLACE, place.toString());
    }

    @AfterEach
    void clearProperties() {
        System.clearProperty(IGNORE_LOCK);
        System.clearProperty(BenchDirectory.PLACE);
    }

    @Test
    void everyBenchmarkRunsAndLeavesNoFileBehind() throws RunnerException {
        Collection<RunResult> results = runAllOnce();

        assertThat(results).hasSizeGreaterThan(20);
        assertThat(place).isEmptyDirectory();
        assertThat(BenchmarkTable.of(results).lines())
                .hasSize(results.size() + 2)
                .anyMatch(row -> row.startsWith("| Json.read | "))
                .anyMatch(row -> row.startsWith("| Road.wholeRoad ids=4000, shards=4 | "));
    }

    /** In this process, as small as they get. */
    private static Collection<RunResult> runAllOnce() throws RunnerException {
        return new Runner(new OptionsBuilder()
                        .forks(0)
                        .mode(Mode.AverageTime)
                        .timeUnit(TimeUnit.NANOSECONDS)
                        .warmupIterations(0)
                        .measurementIterations(1)
                        .measurementTime(TimeValue.milliseconds(1))
                        .param("ids", "4000")
                        .param("events", "4000")
                        .addProfiler(GCProfiler.class)
                        .verbosity(VerboseMode.SILENT)
                        .shouldFailOnError(true)
                        .build())
                .run();
    }
}
