package io.evident.bench;

import io.evident.event.EventView;
import io.evident.event.Tier;
import io.evident.event.wire.EventBatchView;
import io.evident.pipeline.Pipeline;
import io.evident.pipeline.PipelineConfig;
import io.evident.pipeline.PipelineConfig.LanePlan;
import io.evident.pipeline.PipelineConfig.TierPlan;
import io.evident.pipeline.admission.EventIntake;
import io.evident.pipeline.admission.Intake;
import io.evident.pipeline.admission.Principal;
import io.evident.pipeline.writer.BlockPlan;
import io.evident.sharding.ShardMap;
import io.evident.sharding.SlotRouter;
import io.evident.storage.DataDirectory;
import io.evident.storage.JournalSettings;
import io.evident.storage.OpenedShard;
import io.evident.storage.index.ShardIndexes;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.SystemNanoClock;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The road of an event on one thread: whole frames of 256-byte events through the gate into the lanes, and from there through
 * the writers into a real journal. Shipped limits, JOURNALED, four shards or one; each figure is for one event. What is
 * allocated is that of the whole road in either case, as the drain between two frames is counted, too.
 */
@State(Scope.Thread)
public class RoadBenchmark {
    private static final long FILTER_BYTES = 1L << 26;

    /** Ids that the duplicate window remembers. */
    @Param("1000000")
    public int ids;

    @Param({"1", "4"})
    public int shards;

    private final Frames frames = new Frames();
    private final EventView view = new EventView();
    private final Intake intake = new Intake(Principal.anonymous(), "127.0.0.1", false);
    private final CountingSink sink = new CountingSink();
    private long offered;
    private BenchDirectory directory;
    private DataDirectory data;
    private Pipeline pipeline;
    private ShardIndexes indexes;

    @Setup
    public void open() throws IOException {
        directory = BenchDirectory.create();
        data = DataDirectory.open(directory.path(), JournalSettings.defaults().withSealingThreads());
        List<OpenedShard> opened = data.openShards(shards);
        indexes = data.openIndexes(FILTER_BYTES);
        pipeline = new Pipeline(
                shippedLimits(),
                new SlotRouter(ShardMap.first(shards)),
                PolicyBenchmark.weddingPlatform(),
                opened.stream().map(OpenedShard::journal).toList(),
                opened.stream().map(OpenedShard::blocks).toList(),
                indexes,
                SystemNanoClock.INSTANCE);
        data.startSpace();
    }

    private PipelineConfig shippedLimits() {
        return new PipelineConfig(
                new LanePlan(32_768 / shards, 32_768 / shards, 65_536 / shards),
                new LanePlan(8, 4, 1),
                BlockPlan.defaults(),
                64 << 20,
                ids,
                TimeUnit.HOURS.toMillis(24),
                1,
                TimeUnit.MILLISECONDS.toNanos(1),
                TimeUnit.MILLISECONDS.toNanos(100),
                10_000,
                TierPlan.SYNCED);
    }

    @TearDown
    public void close() throws IOException {
        pipeline.close();
        indexes.close();
        data.close();
        directory.close();
        if (sink.receipts() != offered) {
            throw new IllegalStateException(offered + " events and " + sink.receipts() + " receipts");
        }
    }

    /** What the network thread does: gate, classification, duplicates, ring slot. */
    @Benchmark
    @OperationsPerInvocation(Frames.EVENTS)
    public long gateAndPublish(Drain drain) {
        drain.after(pipeline);
        return offer();
    }

    /** The same, and what the writer does: block, checksum, hash, journal, answers. */
    @Benchmark
    @OperationsPerInvocation(Frames.EVENTS)
    public long wholeRoad() {
        offer();
        Drain.drain(pipeline);
        return sink.receipts();
    }

    private long offer() {
        EventIntake door = pipeline.intake();
        EventBatchView batch = frames.next();
        while (batch.next()) {
            door.expect(intake, Frames.show(batch, view));
        }
        batch.rewind();
        long tick = System.nanoTime();
        long timeNs = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
        while (batch.next()) {
            door.offer(intake, Frames.show(batch, view), Tier.JOURNALED, tick, timeNs, sink, batch.index());
        }
        door.flush(EventIntake.ALL_SHARDS);
        offered += batch.count();
        return offered;
    }

    /** Empties the lanes behind a frame, outside of the time that is measured. */
    @State(Scope.Thread)
    public static class Drain {
        private Pipeline pipeline;

        void after(Pipeline filled) {
            pipeline = filled;
        }

        @TearDown(Level.Invocation)
        public void drain() {
            drain(pipeline);
        }

        static void drain(Pipeline pipeline) {
            int work = pipeline.doWork();
            while (work > 0) {
                work = pipeline.doWork();
            }
        }
    }
}
