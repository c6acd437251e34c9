package io.evident.load.probe;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * What a measured process used between two moments: from what its probe wrote, or, of any process, from the counters of the
 * kernel.
 *
 * @param cpuSeconds of all its threads; -1 when nobody says
 * @param allocatedBytes on its heap; -1 when nobody says
 * @param hiccupMaxMs the longest rest too long; -1 when nobody says
 */
public record ServerCost(
        double cpuSeconds,
        long allocatedBytes,
        long mostHeapBytes,
        long mostDirectBytes,
        long mostResidentBytes,
        long collections,
        long collectionMs,
        double hiccupMaxMs) {
    /** Nobody says anything. */
    public static final ServerCost UNKNOWN = new ServerCost(-1, -1, -1, -1, -1, -1, -1, -1);

    private static final int UTIME_FIELD = 11;
    private static final double TICKS_PER_SECOND = 100;

    /** From a probe's file: counters as they were at these moments, between two lines in proportion. */
    public static ServerCost ofProbe(Path file, long fromMs, long toMs) throws IOException {
        List<ProbeLine> lines = new ArrayList<>();
        for (String text : Files.readAllLines(file, StandardCharsets.UTF_8)) {
            // The last line may be half written.
            if (text.endsWith("}")) {
                lines.add(ProbeLine.parse(text));
            }
        }
        if (lines.isEmpty()
                || lines.get(0).timeMs() > fromMs
                || lines.get(lines.size() - 1).timeMs() < toMs) {
            return UNKNOWN;
        }
        List<ProbeLine> within = lines.stream()
                .filter(line -> line.timeMs() >= fromMs && line.timeMs() <= toMs)
                .toList();
        return new ServerCost(
                (at(lines, toMs, ProbeLine::cpuNs) - at(lines, fromMs, ProbeLine::cpuNs)) / 1e9,
                (long) (at(lines, toMs, ProbeLine::allocatedBytes) - at(lines, fromMs, ProbeLine::allocatedBytes)),
                most(within, ProbeLine::heapBytes),
                most(within, ProbeLine::directBytes),
                most(within, ProbeLine::residentBytes),
                Math.round(at(lines, toMs, ProbeLine::collections) - at(lines, fromMs, ProbeLine::collections)),
                Math.round(at(lines, toMs, ProbeLine::collectionMs) - at(lines, fromMs, ProbeLine::collectionMs)),
                most(within, ProbeLine::hiccupMaxNs) / 1e6);
    }

    private static long most(List<ProbeLine> lines, ToLongFunction<ProbeLine> figure) {
        return lines.stream().mapToLong(figure).max().orElse(-1);
    }

    /** A counter at a moment that lies between the first line and the last. */
    private static double at(List<ProbeLine> lines, long timeMs, ToLongFunction<ProbeLine> counter) {
        int after = 0;
        while (lines.get(after).timeMs() < timeMs) {
            after++;
        }
        ProbeLine next = lines.get(after);
        if (after == 0 || next.timeMs() == timeMs) {
            return counter.applyAsLong(next);
        }
        ProbeLine before = lines.get(after - 1);
        double share = (double) (timeMs - before.timeMs()) / (next.timeMs() - before.timeMs());
        long from = counter.applyAsLong(before);
        return from + share * (counter.applyAsLong(next) - from);
    }

    /** Seconds of processor time that a process has used so far, user and system, by the kernel's clock ticks. */
    public static double cpuSecondsOf(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
        // The name in parentheses may hold blanks; fields are counted behind it.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[UTIME_FIELD]) + Long.parseLong(fields[UTIME_FIELD + 1])) / TICKS_PER_SECOND;
    }

    /** The same, but with what the kernel counted, which is exact. */
    public ServerCost withCpu(double seconds) {
        return new ServerCost(
                seconds,
                allocatedBytes,
                mostHeapBytes,
                mostDirectBytes,
                mostResidentBytes,
                collections,
                collectionMs,
                hiccupMaxMs);
    }
}
