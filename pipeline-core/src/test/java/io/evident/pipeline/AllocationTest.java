package io.evident.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.evident.event.EventLayout;
import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.event.Refusal;
import io.evident.event.Tier;
import io.evident.pipeline.admission.Intake;
import io.evident.pipeline.admission.Principal;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.fixture.Events;
import io.evident.pipeline.fixture.Policies;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.CommitListener;
import io.evident.pipeline.journal.Journal;
import io.evident.pipeline.receipt.ReceiptSink;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The road from the gate to the receipt makes no garbage: less than a byte per event, of what the road itself does. */
class AllocationTest {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    /** What a block, not an event, may cost: its description, and the loop of a road without threads. */
    private static final long BYTES_PER_BLOCK = 256;

    private static final int BATCH = 500;
    private static final int BATCHES = 100;

    @ParameterizedTest(name = "tier {0}, {1} bytes, any tenant: {2}")
    @CsvSource({
        "JOURNALED,300,true",
        "SYNCED,300,true",
        "ACCEPTED,300,true",
        "JOURNALED,300,false",
        "JOURNALED,2000,true"
    })
    void anEventCostsLessThanAByteOfGarbage(Tier tier, int bytes, boolean anyTenant) throws IOException {
        BlackHole journal = new BlackHole();
        try (Pipeline pipeline = pipeline(journal)) {
            Principal principal = anyTenant
                    ? Principal.anonymous()
                    : new Principal("svc", TenantScope.only("acme"), TenantScope.only("acme"), false);
            Intake intake = new Intake(principal, "192.0.2.7:4711", false);
            EventView event = Events.view(Events.ofSuppliedBytes(0, bytes));
            CountingSink sink = new CountingSink();
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long id = run(pipeline, intake, event, tier, sink, 1);
            int blocksBefore = journal.blocks;
            long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
            run(pipeline, intake, event, tier, sink, id);
            long allocated =
                    threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;

            assertThat(sink.receipts).isEqualTo(2 * BATCH * BATCHES);
            long ofBlocks = (journal.blocks - blocksBefore) * BYTES_PER_BLOCK;
            assertThat((double) (allocated - ofBlocks) / (BATCH * BATCHES))
                    .as("bytes per event")
                    .isLessThan(1.0);
        }
    }

    private static long run(
            Pipeline pipeline, Intake intake, EventView event, Tier tier, ReceiptSink sink, long firstId) {
        long id = firstId;
        for (int batch = 0; batch < BATCHES; batch++) {
            for (int i = 0; i < BATCH; i++) {
                LONG.set(event.bytes(), EventLayout.ID_LOW_OFFSET, id++);
                pipeline.intake().offer(intake, event, tier, System.nanoTime(), 1_790_000_000_000_000_000L, sink, i);
            }
            while (pipeline.doWork() > 0) {
                Thread.onSpinWait();
            }
        }
        return id;
    }

    private static Pipeline pipeline(BlackHole journal) throws IOException {
        PipelineConfig config = new PipelineConfig(
                new PipelineConfig.LanePlan(1024, 1024, 1024),
                new PipelineConfig.LanePlan(4, 2, 1),
                io.evident.pipeline.writer.BlockPlan.defaults(),
                32 << 20,
                20_000,
                86_400_000,
                1,
                0,
                0,
                16,
                PipelineConfig.TierPlan.SYNCED);
        ShardRouter router = new ShardRouter() {
            @Override
            public int shardCount() {
                return 1;
            }

            @Override
            public int shardOf(EventView event) {
                return 0;
            }

            @Override
            public int epoch() {
                return 1;
            }
        };
        CommitListener nobody = new CommitListener() {
            @Override
            public void onJournaled(int shard, BlockInfo info, Block block) {}

            @Override
            public void onSynced(int shard, long sequence) {}
        };
        return new Pipeline(
                config,
                router,
                Policies.standard(),
                List.of(journal),
                List.of(new io.evident.pipeline.fixture.MemoryJournal(0)),
                nobody,
                System::nanoTime);
    }

    /** Takes everything and keeps nothing, and makes a description per block, as every journal has to. */
    private static final class BlackHole implements Journal {
        private long next;
        private int blocks;

        @Override
        public int shard() {
            return 0;
        }

        @Override
        public int incarnation() {
            return 1;
        }

        @Override
        public long nextSequence() {
            return next;
        }

        @Override
        public BlockInfo append(Block block) {
            blocks++;
            next = block.firstSequence() + block.count();
            return new BlockInfo(
                    0, 0, block.lengthBytes(), 1, 1, block.lane(), block.firstSequence(), block.count(), 0, 0);
        }

        @Override
        public void force() {}

        @Override
        public void close() {}
    }

    private static final class CountingSink implements ReceiptSink {
        private int receipts;

        @Override
        public void receipt(
                int index,
                long idHigh,
                long idLow,
                int shard,
                int incarnation,
                long sequence,
                Tier tier,
                Lane lane,
                boolean duplicate) {
            receipts++;
        }

        @Override
        public void refusal(int index, long idHigh, long idLow, Refusal refusal) {
            throw new AssertionError(refusal.toString());
        }

        @Override
        public void flush() {}
    }
}
