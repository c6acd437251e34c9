package io.evident.load;

import io.evident.event.Lane;
import io.evident.load.intake.SyntheticEvents;
import io.evident.load.peer.start.PeerDirectory;
import io.evident.load.pool.EventPool;
import io.evident.load.report.JsonLine;
import io.evident.load.report.Percentiles;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.Journal;
import io.evident.storage.DataDirectory;
import io.evident.storage.JournalSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code evident load append}: what the append of a block takes beside a plain write of as many bytes to a file on the same
 * disk, by turns in one run. Both files grow, so both need fresh pages; both are forced at the same intervals by another
 * thread, as a shard's committer does.
 */
@Command(
        name = "append",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Appends blocks to a journal at a rate, and writes as many bytes to a plain file after or before"
                + " each, by turns; prints how long both take.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  evident load append --dir /var/lib/evident",
            "  evident load append --dir /tmp --batch 500 --seconds 60 --at-most 3 --json",
            "",
            "What it writes is in a directory of its own within --dir, and deleted at the end.",
            "Exit code: 0 measured, 1 the journal's p99.9 is more than --at-most times the plain one, or the disk cannot be",
            "written, 2 for wrong usage."
        })
public final class AppendCommand implements Callable<Integer> {
    private static final int MOST_SECONDS = 3_600;
    private static final long HIGHEST_NS = TimeUnit.SECONDS.toNanos(60);
    private static final double JUDGED_PERCENTILE = 99.9;
    private static final long LEAST_INTERVAL_NS = 1_000;

    @Option(names = "--dir", required = true, description = "on the disk in question")
    private Path directory;

    @Option(names = "--rate", defaultValue = "50000", description = "events per second (${DEFAULT-VALUE})")
    private int rate;

    @Option(names = "--batch", defaultValue = "10", description = "events of a block, 1 to 1000 (${DEFAULT-VALUE})")
    private int batch;

    @Option(names = "--bytes", defaultValue = "256", description = "encoded size of an event (${DEFAULT-VALUE})")
    private int bytes;

    @Option(names = "--force-ms", defaultValue = "100", description = "both are forced so often (${DEFAULT-VALUE})")
    private int forceMs;

    @Option(names = "--warmup", defaultValue = "5", description = "seconds before, not counted (${DEFAULT-VALUE})")
    private int warmupSeconds;

    @Option(names = "--seconds", defaultValue = "30", description = "how long (${DEFAULT-VALUE})")
    private int seconds;

    @Option(
            names = "--at-most",
            defaultValue = "0",
            paramLabel = "RATIO",
            description = "fail when the journal's p99.9 is more than so many times the plain one")
    private double atMost;

    @Option(names = "--json", description = "print one line of JSON")
    private boolean json;

    private final Histogram journalNs = new Histogram(HIGHEST_NS, 3);
    private final Histogram plainNs = new Histogram(HIGHEST_NS, 3);
    private final Block block = new Block();
    private EventPool pool;
    private int next;

    @Override
    public Integer call() throws IOException {
        String problem = problem();
        if (problem != null) {
            System.err.println("evident load append: " + problem);
            return CommandLine.ExitCode.USAGE;
        }
        try (PeerDirectory within = PeerDirectory.in(directory, "append")) {
            measure(within.path());
        }
        System.out.println(json ? JsonLine.of(told()) : text());
        return atMost > 0 && !(ratio() <= atMost) ? CommandLine.ExitCode.SOFTWARE : CommandLine.ExitCode.OK;
    }

    private String problem() {
        if (rate < 1 || forceMs < 1 || warmupSeconds < 0 || seconds < 1 || seconds > MOST_SECONDS) {
            return "--rate, --force-ms and --seconds are at least 1, --seconds at most " + MOST_SECONDS;
        }
        long intervalNs = TimeUnit.SECONDS.toNanos(batch) / rate;
        if (intervalNs < LEAST_INTERVAL_NS || intervalNs > TimeUnit.SECONDS.toNanos(seconds)) {
            return "--rate and --batch make less than a block in --seconds, or more than a million in a second";
        }
        try {
            pool = EventPool.of(SyntheticEvents.list(1, bytes, 0));
        } catch (IllegalArgumentException e) {
            return "--bytes: " + e.getMessage();
        }
        return batch < 1 || batch > Block.MAX_EVENTS || (long) batch * (bytes + Integer.BYTES) > Block.MAX_PAYLOAD_BYTES
                ? "--batch is 1 to " + Block.MAX_EVENTS + ", and " + Block.MAX_PAYLOAD_BYTES + " bytes at the most"
                : null;
    }

    private void measure(Path within) throws IOException {
        try (DataDirectory data = DataDirectory.open(
                        within.resolve("journal"), JournalSettings.defaults().withSealingThreads());
                FileChannel plain = FileChannel.open(
                        within.resolve("plain"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            Journal journal = data.openShards(1).get(0).journal();
            data.startSpace();
            try (Forcing forcing = Forcing.start(forceMs, journal, plain)) {
                run(journal, plain);
                forcing.end();
            }
        }
    }

    /** Forces both files at intervals, until it is closed: before they are. */
    private static final class Forcing implements AutoCloseable {
        private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
        private volatile IOException failure;

        static Forcing start(int everyMs, Journal journal, FileChannel plain) {
            Forcing forcing = new Forcing();
            var unused = forcing.thread.scheduleWithFixedDelay(
                    () -> forcing.force(journal, plain), everyMs, everyMs, TimeUnit.MILLISECONDS);
            return forcing;
        }

        private void force(Journal journal, FileChannel plain) {
            try {
                journal.force();
                plain.force(false);
            } catch (IOException e) {
                failure = e;
            }
        }

        /** Waits for the last force, and tells of one that failed. */
        void end() throws IOException {
            close();
            if (failure != null) {
                throw failure;
            }
        }

        @Override
        public void close() throws IOException {
            thread.shutdown();
            try {
                if (!thread.awaitTermination(1, TimeUnit.MINUTES)) {
                    throw new IOException("a force has not come back for a minute");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while the files were forced", e);
            }
        }
    }

    private void run(Journal journal, FileChannel plain) throws IOException {
        long intervalNs = TimeUnit.SECONDS.toNanos(batch) / rate;
        long due = System.nanoTime();
        long measured = due + TimeUnit.SECONDS.toNanos(warmupSeconds);
        long end = measured + TimeUnit.SECONDS.toNanos(seconds);
        for (long round = 0; due - end < 0 && System.nanoTime() - end < 0; round++) {
            due += intervalNs;
            LockSupport.parkNanos(due - System.nanoTime());
            fill(journal.nextSequence());
            boolean counts = due - measured >= 0;
            // Who comes second finds the processor's caches warm.
            if (round % 2 == 0) {
                append(journal, counts);
                write(plain, counts);
            } else {
                write(plain, counts);
                append(journal, counts);
            }
        }
    }

    private void fill(long sequence) {
        block.begin(Lane.STANDARD, 1, sequence);
        for (int i = 0; i < batch; i++) {
            byte[] event = pool.event(next);
            block.add(event, 0, event.length, sequence + i);
            next = next + 1 == pool.size() ? 0 : next + 1;
        }
    }

    private void append(Journal journal, boolean counts) throws IOException {
        long started = System.nanoTime();
        journal.append(block);
        record(journalNs, started, counts);
    }

    private void write(FileChannel plain, boolean counts) throws IOException {
        ByteBuffer written = ByteBuffer.wrap(block.bytes(), 0, block.lengthBytes());
        long started = System.nanoTime();
        while (written.hasRemaining()) {
            plain.write(written);
        }
        record(plainNs, started, counts);
    }

    private static void record(Histogram to, long started, boolean counts) {
        if (counts) {
            to.recordValue(Math.min(System.nanoTime() - started, HIGHEST_NS));
        }
    }

    private double ratio() {
        return (double) journalNs.getValueAtPercentile(JUDGED_PERCENTILE)
                / plainNs.getValueAtPercentile(JUDGED_PERCENTILE);
    }

    private Map<String, Object> told() {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("eventsPerSecond", rate);
        told.put("batch", batch);
        told.put("blocks", journalNs.getTotalCount());
        told.put("tooFew", Percentiles.tooFew(journalNs));
        told.put("appendMs", Percentiles.ms(journalNs));
        told.put("plainWriteMs", Percentiles.ms(plainNs));
        told.put("ratioOfP99.9", ratio());
        return told;
    }

    private String text() {
        return String.format(
                Locale.ROOT,
                "%,d events/s in blocks of %d, %,d blocks; us%n  append       %s%n  plain write  %s%n  ratio at p99.9: %.2f%s",
                rate,
                batch,
                journalNs.getTotalCount(),
                Percentiles.microsText(journalNs),
                Percentiles.microsText(plainNs),
                ratio(),
                Percentiles.isEnough(journalNs.getTotalCount(), JUDGED_PERCENTILE) ? "" : " (of too few values)");
    }
}
