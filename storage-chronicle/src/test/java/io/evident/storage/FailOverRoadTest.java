package io.evident.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.evident.event.AuditEvent;
import io.evident.event.EventEncoder;
import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.event.Outcome;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.Severity;
import io.evident.event.Tier;
import io.evident.pipeline.Pipeline;
import io.evident.pipeline.PipelineConfig;
import io.evident.pipeline.PipelineConfig.LanePlan;
import io.evident.pipeline.ShardRouter;
import io.evident.pipeline.admission.Intake;
import io.evident.pipeline.admission.Principal;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.journal.BlockSource;
import io.evident.pipeline.journal.CommitListener;
import io.evident.pipeline.journal.EmergencyStore;
import io.evident.pipeline.priority.Condition;
import io.evident.pipeline.priority.PriorityPolicy;
import io.evident.pipeline.priority.PriorityRule;
import io.evident.pipeline.receipt.ReceiptSink;
import io.evident.pipeline.writer.BlockPlan;
import io.evident.pipeline.writer.EmergencyPlan;
import io.evident.pipeline.writer.ShardState;
import io.evident.storage.directory.StandbySettings;
import io.evident.storage.emergency.EmergencySettings;
import io.evident.storage.segment.ChannelBlockFile;
import io.evident.storage.segment.Damage;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole road over real files, of which the shard's own volume fails: at every operation that changes it in turn, under
 * load, and by a force that hangs. A ledger of receipts, kept outside, is compared with what can be read: after the
 * change, and after a restart with both volumes.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FailOverRoadTest {
    private static final int EVENTS = 24;
    /** Events under way at a time, under load. */
    private static final int WINDOW = 32;

    private static final long WITHIN_MS = 5_000;
    private static final EmergencySettings EMERGENCY = new EmergencySettings(512 << 10, 512 << 10, null, Duration.ZERO);

    @TempDir
    Path base;

    /** Where an event is said to be. */
    private record Place(int incarnation, long sequence, Tier tier) {}

    /** The receipts by id, and the refusals. */
    private static final class Ledger implements ReceiptSink {
        final Map<UUID, Place> receipts = new ConcurrentHashMap<>();
        final Map<UUID, RefusalReason> refusals = new ConcurrentHashMap<>();

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
            receipts.put(new UUID(idHigh, idLow), new Place(incarnation, sequence, tier));
        }

        @Override
        public void refusal(int index, long idHigh, long idLow, Refusal refusal) {
            refusals.put(new UUID(idHigh, idLow), refusal.reason());
        }

        @Override
        public void flush() {}

        boolean hasAnswer(int number) {
            return receipts.containsKey(id(number)) || refusals.containsKey(id(number));
        }
    }

    private static UUID id(int number) {
        return new UUID(0x0193_0000_0000_7000L, 0x8000_0000_0000_0000L | number);
    }

    private static EventView event(int number, Severity severity) {
        EventEncoder encoder = new EventEncoder();
        AuditEvent event = AuditEvent.builder("acme", "user-17", "document.read")
                .id(id(number))
                .timeNs(number)
                .resource("document", "doc-9")
                .outcome(Outcome.SUCCESS)
                .severity(severity)
                .build();
        assertThat(event.encodeInto(encoder)).isNull();
        byte[] bytes = new byte[encoder.encodedLength()];
        encoder.encode(bytes, 0);
        EventView view = new EventView();
        assertThat(view.wrap(bytes, 0, bytes.length)).isNull();
        return view;
    }

    /** One life of a server with one shard. */
    private static final class Life implements AutoCloseable {
        final Ledger ledger = new Ledger();
        final DataDirectory directory;
        final OpenedShard shard;
        final Pipeline pipeline;
        private final Intake intake = new Intake(Principal.anonymous(), "192.0.2.7:4711", false);

        /** The time of a life on the test's own thread; {@code null} for the system's. */
        private final AtomicLong ticks;

        Life(Path data, JournalSettings settings, FaultyFiles files, AtomicLong ticks) throws IOException {
            this.ticks = ticks;
            directory = DataDirectory.open(data, settings, files, ChannelBlockFile.opener(files));
            shard = directory.openShards(1).get(0);
            pipeline = new Pipeline(
                    new PipelineConfig(
                            new LanePlan(256, 256, 1024),
                            new LanePlan(4, 2, 1),
                            BlockPlan.defaults(),
                            1 << 20,
                            100_000,
                            86_400_000,
                            1,
                            1_000_000,
                            50_000_000,
                            16),
                    new OneShard(),
                    new PriorityPolicy(
                            100,
                            800,
                            400,
                            List.of(new PriorityRule("p0", 800, Condition.severity(Severity.P0_CRITICAL)))),
                    List.of(shard.journal()),
                    List.of(shard.blocks()),
                    EmergencyPlan.defaults(),
                    List.of(new EmergencyStore(
                            shard.emergency().journal(), shard.emergency().blocks())),
                    new Silent(),
                    directory.room(),
                    ticks == null ? System::nanoTime : ticks::get);
        }

        void offer(int number, Tier tier) {
            Severity severity = number % 5 == 0 ? Severity.P0_CRITICAL : Severity.P4_INFO;
            pipeline.intake()
                    .offer(
                            intake,
                            event(number, severity),
                            tier,
                            ticks == null ? System.nanoTime() : ticks.get(),
                            1_790_000_000_000_000_000L,
                            ledger,
                            number);
            pipeline.intake().flush();
        }

        @Override
        public void close() throws IOException {
            pipeline.close(10_000);
            directory.close();
        }
    }

    private static final class OneShard implements ShardRouter {
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
    }

    private static final class Silent implements CommitListener {
        @Override
        public void onJournaled(int shard, BlockInfo info, Block block) {}

        @Override
        public void onSynced(int shard, long sequence) {}
    }

    private static JournalSettings settings(Path standby) {
        return new JournalSettings(1 << 20, Duration.ofHours(1), System::nanoTime, EMERGENCY)
                .withStandby(new StandbySettings(standby, 4 << 20, Duration.ofMillis(500)));
    }

    /** Every event of a source by its id; fails when one is there twice. */
    private static Map<UUID, Place> stored(BlockSource source) throws IOException {
        Map<UUID, Place> stored = new ConcurrentHashMap<>();
        BlockReader reader = new BlockReader();
        for (int i = 0; i < source.blockCount(); i++) {
            BlockInfo block = source.block(i);
            source.read(block, reader);
            while (reader.next()) {
                UUID id = new UUID(reader.event().idHigh(), reader.event().idLow());
                Place place = new Place(block.incarnation(), reader.sequence(), null);
                assertThat(stored.put(id, place)).as("%s is there twice", id).isNull();
            }
        }
        return stored;
    }

    /** Contracts 1, 2 and 4: what was acknowledged is there, once, where its receipt says; the sequence is dense. */
    private static void check(String when, Ledger ledger, BlockSource source) throws IOException {
        Map<UUID, Place> stored = stored(source);
        ledger.receipts.forEach((id, receipt) -> {
            Place place = stored.get(id);
            assertThat(place).as("%s: %s, %s", when, id, receipt).isNotNull();
            if (receipt.sequence() >= 0) {
                assertThat(place.sequence()).as("%s: %s", when, id).isEqualTo(receipt.sequence());
                assertThat(place.incarnation()).as("%s: %s", when, id).isEqualTo(receipt.incarnation());
            }
        });
        assertThat(stored.values().stream().map(Place::sequence).sorted())
                .as(when)
                .isEqualTo(Blocks.range(0, stored.size()));
    }

    private static void work(Life life, int rounds) {
        for (int i = 0; i < rounds; i++) {
            life.ticks.addAndGet(2_000_000);
            life.pipeline.doWork();
        }
    }

    @Test
    void contracts1To4_holdWhicheverOperationOfTheVolumeFails() throws Exception {
        boolean struck = true;
        int nth = 0;
        int failedOver = 0;
        while (struck) {
            nth++;
            Path root = Files.createDirectory(base.toRealPath().resolve("run-" + nth));
            FailingVolume files =
                    new FailingVolume(root.resolve("data").resolve("shard-00").resolve("segments"));
            files.forceNothing();
            Ledger ledger;
            try (Life life =
                    new Life(root.resolve("data"), settings(root.resolve("standby")), files, new AtomicLong())) {
                files.breakAt(nth);
                for (int i = 0; i < EVENTS; i++) {
                    life.offer(i, i % 3 == 0 ? Tier.JOURNALED : Tier.SYNCED);
                    work(life, 1);
                }
                work(life, 40);
                ledger = life.ledger;
                struck = files.isBroken();
                failedOver += struck ? 1 : 0;
                String when = "operation " + nth + " failed";
                assertThat(life.pipeline.shards().get(0).isOnStandby()).as(when).isEqualTo(struck);
                assertThat(life.pipeline.shards().get(0).health().state()).isEqualTo(ShardState.OPEN);
                assertThat(ledger.refusals.values())
                        .as(when)
                        .containsOnly(
                                ledger.refusals.isEmpty()
                                        ? new RefusalReason[0]
                                        : new RefusalReason[] {RefusalReason.OUTCOME_UNKNOWN});
                for (int i = 0; i < EVENTS; i++) {
                    assertThat(ledger.hasAnswer(i)).as("%s: event %s", when, i).isTrue();
                    // Whatever became of it the first time: a retry settles it.
                    life.offer(i, Tier.SYNCED);
                }
                work(life, 40);
                assertThat(ledger.receipts).hasSize(EVENTS);
                assertThat(ledger.receipts.values()).allMatch(place -> place.tier() == Tier.SYNCED);
                check(when, ledger, life.shard.blocks());
            }
            files.mend();
            try (Life again =
                    new Life(root.resolve("data"), settings(root.resolve("standby")), files, new AtomicLong())) {
                String when = "after a restart behind operation " + nth;
                assertThat(again.shard.failure()).isNull();
                assertThat(again.shard.report().damage()).as(when).noneMatch(Damage::isSerious);
                check(when, ledger, again.shard.blocks());
            }
        }
        assertThat(failedOver).isGreaterThan(EVENTS);
    }

    @Test
    void contracts1To4_holdUnderLoadWhileOthersRead() throws Exception {
        Path root = base.toRealPath();
        FailingVolume files =
                new FailingVolume(root.resolve("data").resolve("shard-00").resolve("segments"));
        files.forceNothing();
        Ledger ledger;
        try (Life life = new Life(root.resolve("data"), settings(root.resolve("standby")), files, null)) {
            life.pipeline.start();
            AtomicBoolean stopped = new AtomicBoolean();
            List<Throwable> faults = new ArrayList<>();
            Thread reading = new Thread(() -> {
                while (!stopped.get()) {
                    try {
                        stored(life.shard.blocks());
                    } catch (IOException | AssertionError e) {
                        faults.add(e);
                        return;
                    }
                }
            });
            reading.start();
            for (int i = 0; i < 2_000; i++) {
                if (i == 1_000) {
                    files.breakAt(3);
                }
                life.offer(i, i % 3 == 0 ? Tier.JOURNALED : Tier.SYNCED);
                // As a sender with a window does: so the volume fails amid many blocks, and no lane gets full.
                int earliest = i - WINDOW;
                await().pollDelay(Duration.ZERO).until(() -> earliest < 0 || life.ledger.hasAnswer(earliest));
            }
            long broken = System.nanoTime();
            await().until(() -> life.pipeline.shards().get(0).isOnStandby());
            ledger = life.ledger;
            await().until(() -> IntStream.range(0, 2_000).allMatch(ledger::hasAnswer));
            assertThat((System.nanoTime() - broken) / 1_000_000).isLessThan(WITHIN_MS);
            stopped.set(true);
            reading.join();
            assertThat(faults).isEmpty();
            assertThat(ledger.refusals.values()).containsOnly(RefusalReason.OUTCOME_UNKNOWN);
            assertThat(life.pipeline.close(10_000)).isTrue();
            check("under load", ledger, life.shard.blocks());
        }
        files.mend();
        try (Life again = new Life(root.resolve("data"), settings(root.resolve("standby")), files, null)) {
            assertThat(again.shard.report().damage()).noneMatch(Damage::isSerious);
            check("after a restart", ledger, again.shard.blocks());
        }
    }

    /** Forces of one volume that hang. */
    private static final class HangingVolume extends FaultyFiles {
        private final Path root;
        private final CountDownLatch letGo = new CountDownLatch(1);
        private volatile boolean hangs;

        HangingVolume(Path root) {
            this.root = root;
            forceNothing();
        }

        @Override
        public void force(FileChannel channel, Path file) throws IOException {
            if (hangs && file.startsWith(root)) {
                try {
                    letGo.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IOException(e);
                }
            }
            super.force(channel, file);
        }
    }

    @Test
    void contract1_aForceThatHangsIsLeftBehindWithinFiveSeconds() throws Exception {
        Path root = base.toRealPath();
        HangingVolume files =
                new HangingVolume(root.resolve("data").resolve("shard-00").resolve("segments"));
        Ledger ledger;
        try (Life life = new Life(root.resolve("data"), settings(root.resolve("standby")), files, null)) {
            life.pipeline.start();
            ledger = life.ledger;
            life.offer(1, Tier.SYNCED);
            await().until(() -> ledger.hasAnswer(1));
            assertThat(ledger.receipts).hasSize(1);
            files.hangs = true;
            long began = System.nanoTime();
            life.offer(2, Tier.SYNCED);
            await().until(() -> life.pipeline.shards().get(0).isOnStandby());
            life.offer(3, Tier.SYNCED);
            await().until(() -> ledger.hasAnswer(3));
            assertThat((System.nanoTime() - began) / 1_000_000).isLessThan(WITHIN_MS);
            assertThat(ledger.receipts).containsKey(id(3));
            assertThat(ledger.refusals).containsEntry(id(2), RefusalReason.OUTCOME_UNKNOWN);
            files.letGo.countDown();
        }
        try (Life again = new Life(root.resolve("data"), settings(root.resolve("standby")), files, null)) {
            check("after a restart", ledger, again.shard.blocks());
            assertThat(again.shard.blocks().blockCount()).isEqualTo(3);
        }
    }

    @Test
    void contract9_aStopEndsWhileTheVolumeHangsAndTheStandbyFailsToo() throws Exception {
        Path root = base.toRealPath();
        HangingVolume files =
                new HangingVolume(root.resolve("data").resolve("shard-00").resolve("segments"));
        Life life = new Life(root.resolve("data"), settings(root.resolve("standby")), files, null);
        Ledger ledger = life.ledger;
        try {
            life.pipeline.start();
            life.offer(1, Tier.SYNCED);
            await().until(() -> ledger.hasAnswer(1));
            Files.writeString(root.resolve("standby").resolve("shard-00").resolve("segments"), "in the way");
            files.hangs = true;
            life.offer(2, Tier.SYNCED);
            long began = System.nanoTime();
            // During the force that hangs: its time runs out, the standby fails, and then the files are closed.
            life.close();
            assertThat((System.nanoTime() - began) / 1_000_000).isLessThan(20_000);
            assertThat(ledger.refusals).containsEntry(id(2), RefusalReason.OUTCOME_UNKNOWN);
        } finally {
            files.letGo.countDown();
        }
        Files.delete(root.resolve("standby").resolve("shard-00").resolve("segments"));
        files.hangs = false;
        try (Life again = new Life(root.resolve("data"), settings(root.resolve("standby")), files, null)) {
            check("after a restart", ledger, again.shard.blocks());
        }
    }
}
