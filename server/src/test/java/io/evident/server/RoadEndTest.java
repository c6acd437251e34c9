package io.evident.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.EventEncoder;
import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.event.Refusal;
import io.evident.event.Tier;
import io.evident.pipeline.Pipeline;
import io.evident.pipeline.admission.EventIntake;
import io.evident.pipeline.admission.Intake;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.CommitListener;
import io.evident.pipeline.journal.Journal;
import io.evident.pipeline.receipt.ReceiptSink;
import io.evident.pipeline.recorder.LedgerRecorder;
import io.evident.pipeline.recorder.Patience;
import io.evident.server.config.ServerConfig;
import io.evident.server.config.load.ConfigLoader;
import io.evident.server.ledger.LedgerThread;
import io.evident.sharding.ShardMapFile;
import io.evident.sharding.SlotRouter;
import io.evident.storage.DataDirectory;
import io.evident.storage.JournalSettings;
import io.evident.storage.OpenedShard;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The end of a road whose disk does not answer. */
class RoadEndTest {
    private static final long WITHIN_MS = 1_500;
    /** In which hanging threads are given up, and what a busy machine takes. */
    private static final long GRACE_MS = 2_000 + 1_500;

    private enum Hangs {
        AN_EVENT,
        THE_LAST_RECORD,
        A_RECORD_BEFORE
    }

    private final CountDownLatch hanging = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    /** A journal whose disk never finishes a force. */
    private final class HangingJournal implements Journal {
        private final Journal journal;

        HangingJournal(Journal journal) {
            this.journal = journal;
        }

        @Override
        public int shard() {
            return journal.shard();
        }

        @Override
        public int incarnation() {
            return journal.incarnation();
        }

        @Override
        public long nextSequence() {
            return journal.nextSequence();
        }

        @Override
        public BlockInfo append(Block block) throws IOException {
            return journal.append(block);
        }

        @Override
        public void force() throws IOException {
            hanging.countDown();
            try {
                released.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            journal.close();
        }
    }

    private static final class NoListener implements CommitListener {
        @Override
        public void onJournaled(int shard, BlockInfo info, Block block) {}

        @Override
        public void onSynced(int shard, long sequence) {}
    }

    private static final class NoAnswer implements ReceiptSink {
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
                boolean duplicate) {}

        @Override
        public void refusal(int index, long idHigh, long idLow, Refusal why) {}

        @Override
        public void flush() {}
    }

    private static void offer(Pipeline pipeline) {
        EventEncoder encoder = new EventEncoder();
        AuditEvent.builder("_system", "evident", "test")
                .resource("document", "doc")
                .build()
                .encodeInto(encoder);
        byte[] bytes = new byte[encoder.encodedLength()];
        encoder.encode(bytes, 0);
        EventView view = new EventView();
        assertThat(view.wrap(bytes, 0, bytes.length)).isNull();
        pipeline.intake().offer(Intake.ofServer(), view, Tier.SYNCED, System.nanoTime(), 1, new NoAnswer(), 0);
        pipeline.intake().flush(EventIntake.ALL_SHARDS);
    }

    /** All at once, as each is nothing but waiting. */
    @Test
    void takesNoLongerThanItIsGivenWhenAForceHangs(@TempDir Path base) throws Exception {
        List<Callable<Void>> roads = Stream.of(Hangs.values())
                .map(what -> (Callable<Void>) () -> {
                    new RoadEndTest().endsInTime(what, base.resolve(what.name()));
                    return null;
                })
                .toList();
        ExecutorService threads = Executors.newFixedThreadPool(roads.size());
        try {
            for (Future<Void> road : threads.invokeAll(roads)) {
                road.get();
            }
        } finally {
            threads.shutdown();
        }
    }

    private void endsInTime(Hangs what, Path data) throws Exception {
        List<ConfigLoader.Flag> flags = Stream.of(
                        "data=" + data,
                        "shards=1",
                        "duplicates.windowIds=50000",
                        "lanes.overflowBytes=16777216",
                        "lanes.standardEvents=8192")
                .map(each -> each.split("=", 2))
                .map(each -> new ConfigLoader.Flag("the test", each[0], each[1]))
                .toList();
        ServerConfig config = ConfigLoader.load(null, Map.of(), flags);
        try (DataDirectory directory = DataDirectory.open(data, JournalSettings.defaults())) {
            var map = ShardMapFile.open(data.toRealPath(), 1, new JournalSlots(data.toRealPath(), null));
            OpenedShard shard = directory.openShards(1).get(0);
            Pipeline pipeline = new Pipeline(
                    SettingsOf.pipeline(config, 1),
                    new SlotRouter(map.history().current()),
                    PolicyOf.config(config.priority()),
                    List.of(new HangingJournal(shard.journal())),
                    List.of(shard.blocks()),
                    new NoListener(),
                    SystemNanoClock.INSTANCE);
            LedgerThread ledger = new LedgerThread(
                    new LedgerRecorder(pipeline, Patience.parking(), SystemNanoClock.INSTANCE, () -> 1),
                    what == Hangs.A_RECORD_BEFORE ? 1 : 3_600);
            pipeline.start();
            ledger.start();
            if (what == Hangs.AN_EVENT) {
                offer(pipeline);
            }
            if (what != Hangs.THE_LAST_RECORD) {
                assertThat(hanging.await(30, TimeUnit.SECONDS)).isTrue();
            }

            long begun = System.nanoTime();
            assertThat(RoadEnd.close(pipeline, ledger, WITHIN_MS))
                    .as("%s", what)
                    .isFalse();
            ledger.close();
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun))
                    .as("%s", what)
                    .isLessThan(WITHIN_MS + GRACE_MS);
        } finally {
            released.countDown();
        }
    }
}
