package io.evident.load.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerCostTest {
    @TempDir
    private Path directory;

    private static String line(long timeMs, long cpuNs, long allocated, long heap) {
        return new ProbeLine(timeMs, cpuNs, allocated, heap, 5, 6, 7, 8, 9, 10, timeMs * 1_000_000).json();
    }

    private Path file(String... lines) throws IOException {
        return Files.write(directory.resolve("probe"), List.of(lines));
    }

    @Test
    void takesCountersAtTheEndsInProportionBetweenTwoLines() throws IOException {
        Path file = file(
                line(1_000, 0, 0, 900),
                line(2_000, 1_000_000_000L, 100, 30),
                line(3_000, 3_000_000_000L, 300, 20),
                line(4_000, 4_000_000_000L, 400, 900),
                "{\"timeMs\":50");

        ServerCost cost = ServerCost.ofProbe(file, 1_500, 3_500);

        assertThat(cost.cpuSeconds()).isCloseTo(3, within(1e-9));
        assertThat(cost.allocatedBytes()).isEqualTo(300);
        assertThat(cost.mostHeapBytes()).isEqualTo(30);
        assertThat(cost.collections()).isZero();
        assertThat(cost.hiccupMaxMs()).isEqualTo(3_000);
        assertThat(ServerCost.ofProbe(file, 1_000, 4_000).allocatedBytes()).isEqualTo(400);
    }

    @Test
    void saysNothingWhereTheProbeSaidNothing() throws IOException {
        Path file = file(line(1_000, 0, 0, 1), line(2_000, 1, 1, 1));

        assertThat(ServerCost.ofProbe(file, 1_500, 2_001)).isEqualTo(ServerCost.UNKNOWN);
        assertThat(ServerCost.ofProbe(file, 999, 1_500)).isEqualTo(ServerCost.UNKNOWN);
        assertThat(ServerCost.ofProbe(file(), 1, 2)).isEqualTo(ServerCost.UNKNOWN);
    }

    @Test
    void tellsWhatThisProcessUses() throws IOException {
        ProbeLine first = new JvmFigures().now(new Histogram(3));
        byte[][] kept = new byte[100][];
        JvmFigures figures = new JvmFigures();
        long before = figures.now(new Histogram(3)).allocatedBytes();
        for (int i = 0; i < kept.length; i++) {
            kept[i] = new byte[100_000];
        }
        long after = figures.now(new Histogram(3)).allocatedBytes();

        assertThat(after - before).isBetween((long) kept.length * 100_000, 200_000_000L);
        assertThat(first.cpuNs()).isPositive();
        assertThat(ProbeLine.parse(first.json())).isEqualTo(first);
        if (Files.exists(Path.of("/proc/self/stat"))) {
            assertThat(ServerCost.cpuSecondsOf(ProcessHandle.current().pid())).isPositive();
            assertThat(first.residentBytes()).isPositive();
        }
    }
}
