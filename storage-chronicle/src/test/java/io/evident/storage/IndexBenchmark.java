package io.evident.storage;

import io.evident.event.EventEncoder;
import io.evident.event.EventField;
import io.evident.event.Lane;
import io.evident.event.Outcome;
import io.evident.event.Severity;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.filter.FilterField;
import io.evident.pipeline.index.EventSet;
import io.evident.pipeline.index.IndexPart;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.Journal;
import io.evident.pipeline.query.TimeRange;
import io.evident.pipeline.retention.ShardHorizon;
import io.evident.storage.file.DiskFileOperations;
import io.evident.storage.index.ShardIndexes;
import io.evident.storage.segment.ChannelBlockFile;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;

/**
 * What indexing costs: run by hand, with an empty directory and a number of thousands of events. The mix: 50 tenants, 200,000
 * actors and 1 million resources by Zipf's law, 40 actions, 20,000 streams; events of about 256 bytes in blocks of 800.
 */
@SuppressWarnings("SystemOut") // A report to whoever runs it.
final class IndexBenchmark {
    private static final long FILTER_BYTES = 1L << 28;
    private static final int BLOCK_EVENTS = 800;

    private final Random random = new Random(1);
    private final EventEncoder encoder = new EventEncoder();
    private final byte[] event = new byte[4096];
    private long timeNs = 1_700_000_000_000_000_000L;

    private IndexBenchmark() {}

    public static void main(String[] args) throws Exception {
        new IndexBenchmark().run(Path.of(args[0]), Integer.parseInt(args[1]) * 1_000);
    }

    private void run(Path data, int events) throws Exception {
        try (DataDirectory directory = DataDirectory.open(
                        data,
                        JournalSettings.defaults(),
                        DiskFileOperations.INSTANCE,
                        ChannelBlockFile.opener(DiskFileOperations.INSTANCE));
                OpenedShard shard = directory.openShards(1).get(0)) {
            ShardIndexes indexes = directory.openIndexes(FILTER_BYTES);
            long bytes = fill(shard.journal(), events);
            shard.journal().force();
            System.out.printf("%d events of %d bytes%n", events, bytes / events);
            for (long done = 0; done < events; ) {
                long cpuNs = cpuNs();
                long before = indexes.eventsIndexed();
                boolean more = true;
                while (more && indexes.eventsIndexed() - before < 262_144) {
                    more = indexes.indexOnce();
                }
                done = indexes.eventsIndexed();
                if (done > before) {
                    System.out.printf("indexing: %d ns/event CPU%n", (cpuNs() - cpuNs) / (done - before));
                }
            }
            indexes.onSynced(0, events);
            measureHeap(indexes);
            long cpuNs = cpuNs();
            int parts = 0;
            while (indexes.fileOnce()) {
                parts++;
            }
            long filed = parts * 262_144L;
            System.out.printf(
                    "%d files: %d ns/event CPU, %.1f bytes/event%n",
                    parts, (cpuNs() - cpuNs) / filed, (double) indexes.fileBytes() / filed);
            for (IndexPart part : indexes.indexes().get(0).parts()) {
                ask(part);
            }
        }
    }

    private static long cpuNs() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static void measureHeap(ShardIndexes indexes) {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        System.out.printf(
                "heap with %d parts: %d MB%n", indexes.parts(), (runtime.totalMemory() - runtime.freeMemory()) >> 20);
    }

    private long fill(Journal journal, int events) throws IOException {
        Block block = new Block();
        long bytes = 0;
        while (journal.nextSequence() < events) {
            block.begin(Lane.STANDARD, 1, journal.nextSequence());
            for (int i = 0; i < BLOCK_EVENTS; i++) {
                timeNs += random.nextInt(40_000);
                long at = timeNs - random.nextInt(50_000_000);
                int length = encode(at);
                bytes += length;
                block.add(event, 0, length, at);
            }
            journal.append(block);
        }
        return bytes;
    }

    /** Zipf's law with exponent 1, by its inverse. */
    private int zipf(int count) {
        return (int) Math.min(count - 1, Math.exp(random.nextDouble() * Math.log(count + 1.0)) - 1);
    }

    private int encode(long at) {
        encoder.reset();
        encoder.id(random.nextLong(), random.nextLong());
        encoder.timeNs(at);
        int outcome = random.nextInt(100);
        encoder.outcome(outcome < 90 ? Outcome.SUCCESS : outcome < 96 ? Outcome.FAILURE : Outcome.DENIED);
        encoder.severity(Severity.values()[Math.max(0, 4 - zipf(5))]);
        if (random.nextInt(10) == 0) {
            byte[] label = "pci".getBytes(StandardCharsets.UTF_8);
            encoder.label(label, 0, label.length);
        }
        int actor = zipf(200_000);
        int action = zipf(40);
        text(EventField.TENANT, "tenant-" + zipf(50));
        text(EventField.STREAM, "order-" + zipf(20_000));
        text(EventField.ACTOR_ID, "user-" + actor);
        text(EventField.ACTOR_IP, "10." + actor % 200 + "." + actor / 200 % 250 + "." + actor % 251);
        text(EventField.ACTION, "document.action-" + action);
        text(EventField.CATEGORY, "category-" + action % 6);
        text(EventField.RESOURCE_TYPE, "type-" + action % 12);
        text(EventField.RESOURCE_ID, "resource-" + zipf(1_000_000));
        text(EventField.ATTRIBUTES, "{\"reason\":\"" + "x".repeat(64) + "\"}");
        return encoder.encode(event, 0);
    }

    private void text(EventField field, String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        encoder.field(field, utf8, 0, utf8.length);
    }

    private static void ask(IndexPart part) {
        EventFilter all = EventFilter.all(TenantScope.allButSystem());
        EventFilter hard = all.and(FilterField.TENANT, "tenant-1")
                .and(FilterField.ACTION, "document.action-2")
                .and(FilterField.OUTCOME, "success");
        EventFilter actor = all.and(FilterField.ACTOR, "user-777");
        long half = (part.minTimeNs() + part.maxTimeNs()) / 2;
        time(part, "tenant, action, outcome", hard, TimeRange.ALWAYS);
        time(part, "the same, half the time", hard, new TimeRange(half, null));
        time(part, "an actor", actor, TimeRange.ALWAYS);
        time(part, "a range of time", all, new TimeRange(half, null));
    }

    private static void time(IndexPart part, String what, EventFilter filter, TimeRange range) {
        EventSet found = part.search(filter, range, ShardHorizon.NONE);
        long begunNs = System.nanoTime();
        for (int i = 0; i < 200; i++) {
            found = part.search(filter, range, ShardHorizon.NONE);
        }
        System.out.printf(
                "%s %s: %d found, %d us%n",
                part.getClass().getSimpleName(), what, found.size(), (System.nanoTime() - begunNs) / 200_000);
    }
}
