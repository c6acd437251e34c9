package io.evident.storage;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.evident.pipeline.admission.EventIntake;
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
import io.evident.storage.directory.StandbySettings;
import io.evident.storage.emergency.EmergencySettings;
import io.evident.storage.segment.ChannelBlockFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A life of a server with one shard in tests of fail-over: the whole road over real files, and the ledger of its receipts,
 * kept outside.
 */
final class FailOverLife implements AutoCloseable {
    /** For a life on the test's own thread: the copies are written there, too. */
    static final EmergencySettings ON_ONE_THREAD = new EmergencySettings(512 << 10, 512 << 10, null, Duration.ZERO);

    /** Where an event is said to be. */
    record Place(int incarnation, long sequence, Tier tier) {}

    /** The receipts by id, and the refusals. */
    static final class Ledger implements ReceiptSink {
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

    static UUID id(int number) {
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

    final Ledger ledger = new Ledger();
    final DataDirectory directory;
    final OpenedShard shard;
    final Pipeline pipeline;
    private final Intake intake = new Intake(Principal.anonymous(), "192.0.2.7:4711", false);

    /** The time of a life on the test's own thread; {@code null} for the system's. */
    private final AtomicLong ticks;

    FailOverLife(Path data, JournalSettings settings, FaultyFiles files, AtomicLong ticks) throws IOException {
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
                        16,
                        PipelineConfig.TierPlan.SYNCED),
                new OneShard(),
                new PriorityPolicy(
                        100, 800, 400, List.of(new PriorityRule("p0", 800, Condition.severity(Severity.P0_CRITICAL)))),
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
        pipeline.intake().flush(EventIntake.ALL_SHARDS);
    }

    /** Turns of all agents, on this thread. */
    void work(int rounds) {
        for (int i = 0; i < rounds; i++) {
            ticks.addAndGet(2_000_000);
            pipeline.doWork();
        }
    }

    @Override
    public void close() throws IOException {
        pipeline.close(10_000);
        directory.close();
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

    static JournalSettings settings(Path standby, EmergencySettings emergency) {
        return settings(standby, emergency, Duration.ofMillis(500));
    }

    /** With a force that takes so long for one that hangs. */
    static JournalSettings settings(Path standby, EmergencySettings emergency, Duration hangsAfter) {
        return new JournalSettings(1 << 20, Duration.ofHours(1), System::nanoTime, emergency)
                .withStandby(new StandbySettings(standby, 4 << 20, hangsAfter));
    }

    /** Every event of a source by its id; fails when one is there twice. */
    static Map<UUID, Place> stored(BlockSource source) throws IOException {
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
    static void check(String when, Ledger ledger, BlockSource source) throws IOException {
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
}
