package io.evident.server;

import io.evident.event.Lane;
import io.evident.ingest.server.IngestServer;
import io.evident.pipeline.Pipeline;
import io.evident.pipeline.PipelineConfig;
import io.evident.pipeline.index.ShardIndex;
import io.evident.pipeline.journal.BlockSource;
import io.evident.pipeline.recorder.LedgerRecorder;
import io.evident.pipeline.recorder.OwnEvents;
import io.evident.pipeline.recorder.Patience;
import io.evident.pipeline.retention.Horizon;
import io.evident.pipeline.writer.ShardContext;
import io.evident.pipeline.writer.ShardState;
import io.evident.server.config.ServerConfig;
import io.evident.server.demo.DemoServer;
import io.evident.server.ledger.LedgerThread;
import io.evident.server.metrics.MetricsThread;
import io.evident.server.metrics.PrometheusPage;
import io.evident.server.metrics.TimedQueries;
import io.evident.server.retention.Retention;
import io.evident.server.shards.GrowingShards;
import io.evident.server.shards.ShardAudit;
import io.evident.sharding.OpenedShardMap;
import io.evident.sharding.ShardHistory;
import io.evident.sharding.ShardMap;
import io.evident.sharding.ShardMapFile;
import io.evident.sharding.SlotRouter;
import io.evident.sharding.query.CursorKey;
import io.evident.sharding.query.FanOutQueryEngine;
import io.evident.sharding.query.ReadHelpers;
import io.evident.sharding.query.fleet.SearchableShard;
import io.evident.sharding.tail.FollowHub;
import io.evident.storage.DataDirectory;
import io.evident.storage.OpenedShard;
import io.evident.storage.SegmentArchiver;
import io.evident.storage.blocks.ShardBlocks;
import io.evident.storage.index.ShardIndexes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.agrona.concurrent.SystemNanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The composition root: opens what an event meets, in the order in which it meets it, and closes it in the opposite one.
 * The road itself is closed from its beginning: no new events, then everything under way is journaled, forced and
 * answered, then the connections end.
 */
public final class EvidentServer implements DemoServer {
    private static final Logger LOG = LoggerFactory.getLogger("evident");
    private static final long DRAIN_MS = 30_000;
    private static final long FOLD_AT_START_MS = 5_000;
    /** How long a stop waits for a change of the number of shards that is under way. */
    private static final long GROWTH_MS = 10_000;
    /** The same for retention, which gives up what it is at. */
    private static final long RETENTION_MS = 10_000;
    /** Beside the threads of queries; they mostly wait for the disk. */
    private static final int READ_HELPERS = 7;

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private Pipeline pipeline;
    private GrowingShards growing;
    private MetricsThread metrics;
    private LedgerThread ledger;
    private Retention retention;
    private IngestServer ingest;
    private boolean closed;
    private boolean emptied;

    private EvidentServer() {}

    /** Starts a server; see {@link io.evident.server.command.ServerLauncher}. */
    @SuppressWarnings("DoNotCallSuggester") // Holds the place of the wiring.
    public static EvidentServer start(ServerConfig config) throws IOException {
        EvidentServer server = new EvidentServer();
        try {
            server.open(config);
            return server;
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private void open(ServerConfig config) throws IOException {
        DataDirectory data =
                keep(DataDirectory.open(config.data(), SettingsOf.journal(config), SettingsOf.space(config)));
        OpenedShardMap map = ShardMapFile.open(
                data.path(),
                config.shards(),
                new JournalSlots(data.path(), config.standby().directory()));
        ShardHistory history = map.history();
        ShardMap current = history.current();
        List<OpenedShard> shards = data.openShards(current.shardCount(), shard -> current.slotsOf(shard) == 0);
        Recoveries.log(map, ShardMapFile.keepCopies(data.path(), history));
        shards.forEach(Recoveries::log);
        retention = Retention.open(data.path(), shards);
        List<BlockSource> blocks = shards.stream().map(OpenedShard::blocks).toList();
        PipelineConfig laid = SettingsOf.pipeline(config, written(shards));

        ShardIndexes indexes = keep(SettingsOf.indexes(config, data));
        SegmentArchiver archiver = keep(data.archiver(SettingsOf.archives(config), SystemNanoClock.INSTANCE::nanoTime));
        Supplier<Horizon> horizon = retention::horizon;
        FollowHub tail = keep(new FollowHub(blocks, horizon, System::nanoTime));
        pipeline = new Pipeline(
                laid,
                new SlotRouter(current),
                PolicyOf.config(config.priority()),
                shards.stream().map(OpenedShard::journal).toList(),
                blocks,
                SettingsOf.emergency(config),
                shards.stream()
                        .map(shard -> GrowingShards.storesOf(shard).emergency())
                        .toList(),
                tail.and(indexes),
                data.room(),
                SystemNanoClock.INSTANCE);
        growing = new GrowingShards(
                data,
                shards,
                history,
                pipeline,
                tail,
                shard -> searchable(shard, indexes, config.storage().indexed()),
                (before, next) -> ShardMapFile.begin(data.path(), before, next),
                SettingsOf.cost(config, laid),
                new ShardAudit(ownEvents()));
        FanOutQueryEngine engine = new FanOutQueryEngine(
                growing::fleet,
                horizon,
                CursorKey.openOrCreate(data.path()),
                SettingsOf.pages(config),
                SettingsOf.cache(config),
                keep(ReadHelpers.start(READ_HELPERS)));
        TimedQueries queries = new TimedQueries(engine);
        retention.lay(
                new Retention.Parts(
                        pace -> data.retention(pace, config.storage().indexed() ? indexes : null),
                        this::blocks,
                        this::isOnItsOwn,
                        this::syncedSequence,
                        // With the room of CRITICAL: what gives space back has to be recorded where there is none.
                        () -> ownEvents(Lane.CRITICAL),
                        engine,
                        EvidentServer::wallNs),
                SettingsOf.retention(config));
        metrics = keep(new MetricsThread(pipeline, queries));
        ledger = keep(new LedgerThread(
                new LedgerRecorder(pipeline, Patience.parking(), SystemNanoClock.INSTANCE, EvidentServer::wallNs),
                config.ledger().intervalSeconds()));
        PrometheusPage page = new PrometheusPage(
                pipeline,
                metrics,
                data.space(),
                data.standbySpace(),
                ledger,
                engine,
                indexes,
                archiver,
                retention.figures());

        indexes.start();
        archiver.start();
        tail.start();
        data.startSpace();
        pipeline.start();
        metrics.start();
        // Before anyone can ask: what an earlier run left in the emergency journals gets its sequence, once and for
        // all.
        pipeline.awaitFolded(FOLD_AT_START_MS);
        ingest = IngestServer.start(
                SettingsOf.ingest(config),
                SettingsOf.ports(
                        config,
                        pipeline,
                        queries,
                        tail,
                        new ServerHealth(pipeline, data.space(), data.standbySpace(), ledger),
                        page::text,
                        growing,
                        retention.control()));
        retention.start();
        // At last: a start that fails has nothing to record.
        ledger.start();
    }

    private static long wallNs() {
        return TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
    }

    /** What stores events of the server's own; one for each thread that does. */
    private OwnEvents ownEvents() {
        return ownEvents(null);
    }

    /** The same with a lane for all of them; {@code null}: the policy says. */
    private OwnEvents ownEvents(Lane lane) {
        return new OwnEvents(
                pipeline.intake(), Patience.parking(), SystemNanoClock.INSTANCE, EvidentServer::wallNs, lane);
    }

    /** Up to which sequence all of a shard is forced; -1 when nothing is. */
    private long syncedSequence(int shard) {
        return pipeline.shards().get(shard).frontier().synced();
    }

    /** Whether a shard is written to, on its own volume, or is sealed. */
    private boolean isOnItsOwn(int shard) {
        ShardContext context = pipeline.shards().get(shard);
        return context.isSealed() || (context.health().state() == ShardState.OPEN && !context.isOnStandby());
    }

    /** The blocks of all shards that there are now. */
    private List<ShardBlocks> blocks() {
        return growing.fleet().shards().stream()
                .map(shard -> (ShardBlocks) shard.blocks())
                .toList();
    }

    /** How many take events, or may have something to fold in: they share what there is for lanes. */
    private static int written(List<OpenedShard> shards) {
        return (int) shards.stream().filter(shard -> !shard.isSealed()).count();
    }

    /** What queries read of a shard; one that is new gets an index first. */
    private static SearchableShard searchable(OpenedShard shard, ShardIndexes indexes, boolean indexed) {
        ShardBlocks blocks = (ShardBlocks) shard.blocks();
        List<ShardIndex> known = indexes.indexes();
        ShardIndex index = ShardIndex.none();
        if (indexed) {
            index = blocks.shard() < known.size() ? known.get(blocks.shard()) : indexes.add(blocks, true);
        }
        return new SearchableShard(blocks, shard.emergency().blocks(), index);
    }

    private <T extends AutoCloseable> T keep(T part) {
        opened.push(part);
        return part;
    }

    @Override
    public MetricsThread metrics() {
        return metrics;
    }

    @Override
    public InetSocketAddress httpAddress() {
        return ingest.httpAddress();
    }

    @Override
    public InetSocketAddress tcpAddress() {
        return ingest.tcpAddress();
    }

    @Override
    public synchronized boolean stop() {
        if (closed) {
            return emptied;
        }
        closed = true;
        if (ingest != null) {
            ingest.stopIntake();
        }
        boolean grown = growing == null || growing.end(GROWTH_MS);
        boolean retained = retention == null || retention.end(RETENTION_MS);
        emptied = (pipeline == null || RoadEnd.close(pipeline, ledger, DRAIN_MS)) && grown && retained;
        if (!emptied) {
            LOG.error(
                    "not everything under way was written and forced within {} ms; what was not is unacknowledged",
                    DRAIN_MS);
        }
        if (ingest != null) {
            ingest.close();
        }
        for (AutoCloseable part : opened) {
            if (!emptied && part instanceof DataDirectory) {
                // A thread may still be inside a journal: its files end with the process.
                continue;
            }
            try {
                part.close();
            } catch (Exception e) {
                LOG.error("could not close {}", part.getClass().getSimpleName(), e);
            }
        }
        return emptied;
    }
}
