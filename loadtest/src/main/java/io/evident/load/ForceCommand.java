package io.evident.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code evident load force}: what a disk takes to keep some bytes, by itself: the measure beside which the latency of a
 * SYNCED receipt on the same disk, at the same time, can be judged. Each round writes into a file that was filled and
 * forced before, the cheapest force there is, and forces it.
 */
@Command(
        name = "force",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Writes and forces a few bytes again and again, and prints how long that takes: the least that"
                + " any SYNCED receipt on that disk can take just then.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  evident load force --file /var/lib/evident/probe --seconds 10",
            "  evident load force --file /mnt/slow/probe --bytes 300 --rate 20 --json",
            "",
            "The file must not be there; it is deleted at the end.",
            "Exit code: 0 measured, 1 the file is there already, or cannot be written, 2 for wrong usage."
        })
public final class ForceCommand implements Callable<Integer> {
    private static final int MOST_BYTES = 1 << 20;
    private static final int MOST_SECONDS = 3_600;
    private static final int FILE_BYTES = 4 << 20;
    private static final long HIGHEST_NS = TimeUnit.SECONDS.toNanos(60);
    private static final double[] PERCENTILES = {50, 99, 99.9};

    @Option(names = "--file", required = true, description = "on the disk in question; created")
    private Path file;

    @Option(names = "--bytes", defaultValue = "256", description = "written for each force (${DEFAULT-VALUE})")
    private int bytes;

    @Option(names = "--rate", defaultValue = "50", description = "forces per second, at the most (${DEFAULT-VALUE})")
    private int forcesPerSecond;

    @Option(names = "--seconds", defaultValue = "10", description = "how long (${DEFAULT-VALUE})")
    private int seconds;

    @Option(names = "--json", description = "print one line of JSON")
    private boolean json;

    @Override
    public Integer call() {
        if (bytes < Integer.BYTES
                || bytes > MOST_BYTES
                || forcesPerSecond < 1
                || seconds < 1
                || seconds > MOST_SECONDS) {
            System.err.println("evident load force: --bytes is 4 to " + MOST_BYTES
                    + ", --rate at least 1, --seconds 1 to " + MOST_SECONDS);
            return CommandLine.ExitCode.USAGE;
        }
        Histogram latency;
        try {
            latency = measured();
        } catch (FileAlreadyExistsException e) {
            System.err.println("evident load force: " + file + " is there already; name a file that is not");
            return CommandLine.ExitCode.SOFTWARE;
        } catch (NoSuchFileException e) {
            System.err.println("evident load force: there is no directory for " + file);
            return CommandLine.ExitCode.SOFTWARE;
        } catch (IOException e) {
            System.err.println("evident load force: " + file + " cannot be written: " + e);
            return CommandLine.ExitCode.SOFTWARE;
        }
        System.out.println(json ? json(latency) : text(latency));
        return CommandLine.ExitCode.OK;
    }

    private Histogram measured() throws IOException {
        FileChannel opened = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel channel = opened) {
            fill(channel);
            return measure(channel);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** So that no later force has to find room or write the file's own description. */
    private static void fill(FileChannel channel) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocate(1 << 16);
        for (long at = 0; at < FILE_BYTES; at += zeros.capacity()) {
            channel.write(zeros.clear(), at);
        }
        channel.force(true);
    }

    private Histogram measure(FileChannel channel) throws IOException {
        Histogram latency = new Histogram(HIGHEST_NS, 3);
        ByteBuffer written = ByteBuffer.allocateDirect(bytes);
        long intervalNs = TimeUnit.SECONDS.toNanos(1) / forcesPerSecond;
        long next = System.nanoTime();
        long end = next + TimeUnit.SECONDS.toNanos(seconds);
        for (long round = 0; System.nanoTime() - end < 0; round++) {
            next += intervalNs;
            LockSupport.parkNanos(next - System.nanoTime());
            written.clear().putInt(0, (int) round);
            long started = System.nanoTime();
            channel.write(written, round * bytes % (FILE_BYTES - bytes));
            channel.force(false);
            latency.recordValue(Math.min(System.nanoTime() - started, HIGHEST_NS));
        }
        return latency;
    }

    private String text(Histogram latency) {
        StringBuilder text = new StringBuilder(
                String.format(Locale.ROOT, "%,d forces of %d bytes: ms", latency.getTotalCount(), bytes));
        for (double percentile : PERCENTILES) {
            text.append(String.format(
                    Locale.ROOT, "  p%s %.2f", name(percentile), latency.getValueAtPercentile(percentile) / 1e6));
        }
        return text.append(String.format(Locale.ROOT, "  max %.2f", latency.getMaxValue() / 1e6))
                .toString();
    }

    private String json(Histogram latency) {
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT, "{\"bytes\":%d,\"forces\":%d,\"latencyMs\":{", bytes, latency.getTotalCount()));
        for (double percentile : PERCENTILES) {
            line.append(String.format(
                    Locale.ROOT, "\"p%s\":%.3f,", name(percentile), latency.getValueAtPercentile(percentile) / 1e6));
        }
        return line.append(String.format(Locale.ROOT, "\"max\":%.3f}}", latency.getMaxValue() / 1e6))
                .toString();
    }

    private static String name(double percentile) {
        return percentile == Math.rint(percentile) ? String.valueOf((long) percentile) : String.valueOf(percentile);
    }
}
