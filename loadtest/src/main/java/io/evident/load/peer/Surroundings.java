package io.evident.load.peer;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;

/** Where and how something was measured, in the words of a report. Stateless. */
final class Surroundings {
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
    private static final Path MEMORY = Path.of("/proc/meminfo");
    private static final long KB_PER_MB = 1_024;
    private static final long GIB = 1L << 30;

    private Surroundings() {}

    static String of(PeerWork work, PeerSetting setting) throws IOException {
        return String.format(
                Locale.ROOT,
                "%s: date %s, commit `%s`, %d processors (%s), %d GiB of memory, %s %s, JDK %s, loopback, generator on the same"
                        + " processors. %d s after %d s of warm-up in each round, systems by turns; events of 256 bytes, %s."
                        + " Page cache: %s.%n",
                work.text(),
                LocalDate.now(ZoneOffset.UTC),
                setting.commit(),
                Runtime.getRuntime().availableProcessors(),
                processor(),
                memoryBytes() / GIB,
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                Runtime.version(),
                setting.seconds(),
                setting.warmupSeconds(),
                work.eventsPerSecond() == 0
                        ? "batches of " + work.batch() + ", closed loop: latency is the length of the queue"
                        : String.format(Locale.ROOT, "%,d single ones a second, open loop", work.eventsPerSecond()),
                setting.pageCache().text());
    }

    /** Of a checkout, in git's words. */
    static String commit(Path project) throws IOException {
        Process git = new ProcessBuilder("git", "-C", project.toString(), "describe", "--always", "--dirty")
                .redirectErrorStream(true)
                .start();
        return new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    /** Megabytes of memory that hold nothing, not even page cache; -1 where that is not told. */
    static long freeMb() throws IOException {
        if (!Files.exists(MEMORY)) {
            return -1;
        }
        return Files.readString(MEMORY, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith("MemFree:"))
                .map(line -> line.replaceAll("[^0-9]", ""))
                .mapToLong(kb -> Long.parseLong(kb) / KB_PER_MB)
                .findFirst()
                .orElse(-1);
    }

    private static String processor() throws IOException {
        if (!Files.exists(PROCESSORS)) {
            return System.getProperty("os.arch");
        }
        return Files.readString(PROCESSORS, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(System.getProperty("os.arch"));
    }

    /** What the machine has. */
    static long memoryBytes() {
        return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
                .getTotalMemorySize();
    }
}
