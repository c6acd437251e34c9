package io.evident.load.peer.start;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** The processor time of a process and of all that it started, as {@code /proc} tells it (proc(5)). Stateless. */
public final class ProcessCpu {
    /** Of user, system, and both of children that have ended; the fields behind the name, which may have blanks in it. */
    private static final int FIRST_TIME = 11;

    private static final int TIMES = 4;
    /** {@code sysconf(_SC_CLK_TCK)} is this on Linux. */
    private static final double TICKS_PER_SECOND = 100;

    private ProcessCpu() {}

    /** Seconds since their start. */
    public static double seconds(long pid) throws IOException {
        Stream<ProcessHandle> children = ProcessHandle.of(pid).stream().flatMap(ProcessHandle::descendants);
        long ticks = 0;
        for (long each : LongStream.concat(LongStream.of(pid), children.mapToLong(ProcessHandle::pid))
                .toArray()) {
            ticks += ticks(each);
        }
        return ticks / TICKS_PER_SECOND;
    }

    private static long ticks(long pid) throws IOException {
        try {
            return ticks(Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.UTF_8));
        } catch (IOException e) {
            if (ProcessHandle.of(pid).isPresent()) {
                throw e;
            }
            // It has ended meanwhile, and counts as a child of its parent.
            return 0;
        }
    }

    static long ticks(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long ticks = 0;
        for (int i = FIRST_TIME; i < FIRST_TIME + TIMES; i++) {
            ticks += Long.parseLong(fields[i]);
        }
        return ticks;
    }
}
