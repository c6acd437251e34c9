package io.evident.server.shards;

import io.evident.event.AuditEvent;
import io.evident.event.EventEncoder;
import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.event.Outcome;
import io.evident.event.Severity;
import io.evident.event.Tier;
import io.evident.pipeline.Pipeline;
import io.evident.pipeline.PipelineConfig;
import io.evident.pipeline.admission.EventIntake;
import io.evident.pipeline.admission.Intake;
import io.evident.pipeline.admission.Principal;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.control.ResizeAnswer;
import io.evident.pipeline.control.ShardControl;
import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.filter.FieldCondition;
import io.evident.pipeline.filter.FilterField;
import io.evident.pipeline.index.ShardIndex;
import io.evident.pipeline.journal.BlockSource;
import io.evident.pipeline.priority.PriorityPolicy;
import io.evident.pipeline.query.EventQuery;
import io.evident.pipeline.query.QueryAnswer;
import io.evident.pipeline.query.StoredEvent;
import io.evident.pipeline.query.TimeRange;
import io.evident.pipeline.receipt.ReceiptSink;
import io.evident.pipeline.recorder.OwnEvents;
import io.evident.pipeline.recorder.Patience;
import io.evident.pipeline.writer.BlockPlan;
import io.evident.pipeline.writer.EmergencyPlan;
import io.evident.server.retention.Retention;
import io.evident.server.retention.RetentionSettings;
import io.evident.sharding.OpenedShardMap;
import io.evident.sharding.ShardMap;
import io.evident.sharding.ShardMapFile;
import io.evident.sharding.SlotRouter;
import io.evident.sharding.query.CacheLimits;
import io.evident.sharding.query.CursorKey;
import io.evident.sharding.query.FanOutQueryEngine;
import io.evident.sharding.query.QueryLimits;
import io.evident.sharding.query.ReadHelpers;
import io.evident.sharding.query.fleet.SearchableShard;
import io.evident.sharding.tail.FollowHub;
import io.evident.storage.DataDirectory;
import io.evident.storage.JournalSettings;
import io.evident.storage.OpenedShard;
import io.evident.storage.blocks.ShardBlocks;
import io.evident.storage.emergency.EmergencySettings;
import io.evident.storage.file.DiskFileOperations;
import io.evident.storage.file.FileOperations;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.agrona.concurrent.SystemNanoClock;

/** The server without its network: real files, real threads, and the control over its shards. */
final class GrowingServer implements AutoCloseable {
    private static final EmergencySettings EMERGENCY = new EmergencySettings(512 << 10, 1 << 20, null, Duration.ZERO);

    final DataDirectory data;
    final Pipeline pipeline;
    final FollowHub tail;
    final GrowingShards shards;
    final FanOutQueryEngine queries;
    final OpenedShardMap found;
    private final Intake own = intake();

    final Retention retention;
    private final LongSupplier receivedNs;

    private GrowingServer(
            Path directory,
            int configured,
            FileOperations files,
            MapFile mapFile,
            LongSupplier receivedNs,
            boolean retains)
            throws IOException {
        this.receivedNs = receivedNs;
        data = DataDirectory.open(
                directory, new JournalSettings(64 << 20, Duration.ofHours(1), System::nanoTime, EMERGENCY), files);
        found = ShardMapFile.open(data.path(), configured, listener -> {});
        ShardMap map = found.history().current();
        List<OpenedShard> opened = data.openShards(map.shardCount(), shard -> map.slotsOf(shard) == 0);
        ShardMapFile.keepCopies(data.path(), found.history());
        List<BlockSource> blocks = opened.stream().map(OpenedShard::blocks).toList();
        retention = Retention.open(data.path(), opened);
        tail = new FollowHub(blocks, retention::horizon, System::nanoTime);
        pipeline = new Pipeline(
                config(),
                new SlotRouter(found.history().current()),
                new PriorityPolicy(100, 800, 400, List.of()),
                opened.stream().map(OpenedShard::journal).toList(),
                blocks,
                new EmergencyPlan(64, 1 << 20, TimeUnit.MILLISECONDS.toNanos(500)),
                opened.stream()
                        .map(shard -> GrowingShards.storesOf(shard).emergency())
                        .toList(),
                tail,
                data.room(),
                SystemNanoClock.INSTANCE);
        shards = new GrowingShards(
                data,
                opened,
                found.history(),
                pipeline,
                tail,
                shard -> new SearchableShard(shard.blocks(), shard.emergency().blocks(), ShardIndex.none()),
                mapFile == null ? (before, next) -> ShardMapFile.begin(data.path(), before, next) : mapFile,
                new ShardCost(1 << 20, 1 << 20, 1 << 20, 1 << 20),
                new ShardAudit(
                        new OwnEvents(pipeline.intake(), Patience.parking(), SystemNanoClock.INSTANCE, receivedNs)));
        queries = new FanOutQueryEngine(
                shards::fleet,
                retention::horizon,
                CursorKey.openOrCreate(data.path()),
                QueryLimits.DEFAULT,
                CacheLimits.DEFAULT,
                ReadHelpers.NONE);
        tail.start();
        pipeline.start();
        if (retains) {
            retain();
        }
    }

    private void retain() {
        retention.lay(
                new Retention.Parts(
                        pace -> data.retention(pace, null),
                        () -> shards.fleet().shards().stream()
                                .map(shard -> (ShardBlocks) shard.blocks())
                                .toList(),
                        shard -> !pipeline.shards().get(shard).isOnStandby(),
                        shard -> pipeline.shards().get(shard).frontier().synced(),
                        () -> new OwnEvents(
                                pipeline.intake(),
                                Patience.parking(),
                                SystemNanoClock.INSTANCE,
                                receivedNs,
                                Lane.CRITICAL),
                        queries,
                        GrowingServer::wallNs),
                new RetentionSettings(1, 30, 1 << 30));
        retention.start();
    }

    static long wallNs() {
        return TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
    }

    /**
     * With retention at work, which believes the wall clock.
     *
     * @param receivedNs when an event that comes now is said to have been received
     */
    static GrowingServer retaining(Path directory, int configured, LongSupplier receivedNs) throws IOException {
        return new GrowingServer(directory, configured, DiskFileOperations.INSTANCE, null, receivedNs, true);
    }

    static GrowingServer start(Path directory, int configured) throws IOException {
        return start(directory, configured, DiskFileOperations.INSTANCE, null);
    }

    /** Over other files, or with a shard map that is kept in another way; {@code null} for the usual one. */
    static GrowingServer start(Path directory, int configured, FileOperations files, MapFile mapFile)
            throws IOException {
        return new GrowingServer(directory, configured, files, mapFile, GrowingServer::wallNs, false);
    }

    private static PipelineConfig config() {
        return new PipelineConfig(
                new PipelineConfig.LanePlan(256, 256, 4_096),
                new PipelineConfig.LanePlan(8, 4, 1),
                BlockPlan.defaults(),
                4 << 20,
                200_000,
                TimeUnit.HOURS.toMillis(24),
                2,
                TimeUnit.MILLISECONDS.toNanos(1),
                TimeUnit.MILLISECONDS.toNanos(20),
                16,
                PipelineConfig.TierPlan.SYNCED);
    }

    static Intake intake() {
        return new Intake(Principal.anonymous(), "192.0.2.7:4711", false);
    }

    ResizeAnswer resize(int wanted) throws Exception {
        return resizing(wanted).get(60, TimeUnit.SECONDS);
    }

    CompletableFuture<ResizeAnswer> resizing(int wanted) {
        CompletableFuture<ResizeAnswer> answer = new CompletableFuture<>();
        shards.resize(wanted, new ShardControl.Caller("anonymous", "192.0.2.1"), answer::complete);
        return answer;
    }

    static AuditEvent event(String stream, long number) {
        return AuditEvent.builder("acme", "user-" + number % 50, "document.read").stream(stream)
                .id(new UUID(0x0193_0000_0000_7000L, 0x8000_0000_0000_0000L | number))
                .timeNs(1_700_000_000_000_000_000L + number)
                .resource("document", "doc-" + number)
                .outcome(Outcome.SUCCESS)
                .severity(Severity.P4_INFO)
                .build();
    }

    static EventView view(AuditEvent event) {
        EventEncoder encoder = new EventEncoder();
        if (event.encodeInto(encoder) != null) {
            throw new AssertionError("the event is refused");
        }
        byte[] bytes = new byte[encoder.encodedLength()];
        encoder.encode(bytes, 0);
        EventView view = new EventView();
        view.wrap(bytes, 0, bytes.length);
        return view;
    }

    void offer(Intake intake, AuditEvent event, Tier tier, ReceiptSink sink, int index) {
        pipeline.intake().offer(intake, view(event), tier, System.nanoTime(), receivedNs.getAsLong(), sink, index);
        pipeline.intake().flush(EventIntake.ALL_SHARDS);
    }

    /** Sends an event and waits for its answer. */
    SentEvents.Answer send(AuditEvent event, Tier tier) throws InterruptedException {
        SentEvents sent = new SentEvents();
        offer(own, event, tier, sink(sent), 0);
        return sent.await(0);
    }

    static ReceiptSink sink(SentEvents sent) {
        return sent;
    }

    /** All events of a stream, by the query engine, page by page. */
    List<StoredEvent> query(String stream) throws IOException {
        return query(new EventFilter(
                TenantScope.only("acme"), List.of(FieldCondition.is(FilterField.STREAM, stream)), null));
    }

    List<StoredEvent> query(EventFilter filter) throws IOException {
        List<StoredEvent> all = new ArrayList<>();
        String cursor = null;
        do {
            QueryAnswer answer =
                    queries.query(new EventQuery(filter, TimeRange.ALWAYS, EventQuery.Order.ASC, 500, cursor));
            if (!(answer instanceof QueryAnswer.Page page)) {
                throw new AssertionError("refused: " + answer);
            }
            all.addAll(page.events());
            cursor = page.cursor();
        } while (cursor != null);
        return all;
    }

    @Override
    public void close() throws IOException {
        boolean grown = shards.end(30_000);
        boolean retained = retention.end(30_000);
        boolean emptied = pipeline.close(30_000);
        tail.close();
        data.close();
        if (!grown || !retained || !emptied) {
            throw new AssertionError("something hangs");
        }
    }
}
