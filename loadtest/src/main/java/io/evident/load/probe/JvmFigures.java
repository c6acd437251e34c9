package io.evident.load.probe;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** What this JVM says of itself. Used by one thread: bytes of threads that ended meanwhile are remembered between calls. */
final class JvmFigures {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final int BYTES_PER_KB = 1024;

    private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    private final List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans();
    private final List<BufferPoolMXBean> buffers = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class);
    private final Map<Long, Long> allocatedByThread = new HashMap<>();
    private long allocatedBytes;

    ProbeLine now(Histogram hiccups) {
        long collections = 0;
        long collectionMs = 0;
        for (GarbageCollectorMXBean collector : collectors) {
            collections += Math.max(0, collector.getCollectionCount());
            collectionMs += Math.max(0, collector.getCollectionTime());
        }
        return new ProbeLine(
                System.currentTimeMillis(),
                system.getProcessCpuTime(),
                allocated(),
                memory.getHeapMemoryUsage().getUsed(),
                directBytes(),
                residentBytes(),
                collections,
                collectionMs,
                hiccups.getValueAtPercentile(50),
                hiccups.getValueAtPercentile(99),
                hiccups.getMaxValue());
    }

    /** What a thread allocates between the last look and its end is missed. */
    private long allocated() {
        long[] ids = threads.getAllThreadIds();
        long[] bytes = threads.getThreadAllocatedBytes(ids);
        Map<Long, Long> seen = new HashMap<>();
        for (int i = 0; i < ids.length; i++) {
            if (bytes[i] >= 0) {
                allocatedBytes += bytes[i] - allocatedByThread.getOrDefault(ids[i], 0L);
                seen.put(ids[i], bytes[i]);
            }
        }
        allocatedByThread.clear();
        allocatedByThread.putAll(seen);
        return allocatedBytes;
    }

    private long directBytes() {
        return buffers.stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    /** Of the whole process, -1 where the system does not say. */
    private static long residentBytes() {
        try {
            for (String line : Files.readAllLines(STATUS, StandardCharsets.US_ASCII)) {
                if (line.startsWith("VmRSS:")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) * BYTES_PER_KB;
                }
            }
            return -1;
        } catch (IOException e) {
            // No /proc here: the line says so by its -1.
            return -1;
        }
    }
}
