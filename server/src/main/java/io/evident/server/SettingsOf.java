package io.evident.server;

import io.evident.ingest.HealthProbe;
import io.evident.ingest.HttpLimits;
import io.evident.ingest.IngestConfig;
import io.evident.ingest.IngestPorts;
import io.evident.ingest.LoopbackOnly;
import io.evident.ingest.MetricsPage;
import io.evident.ingest.QueryLimits;
import io.evident.ingest.TcpLimits;
import io.evident.pipeline.Pipeline;
import io.evident.pipeline.PipelineConfig;
import io.evident.pipeline.PipelineConfig.LanePlan;
import io.evident.pipeline.PipelineConfig.TierPlan;
import io.evident.pipeline.control.RetentionControl;
import io.evident.pipeline.control.ShardControl;
import io.evident.pipeline.lane.LaneSlot;
import io.evident.pipeline.query.EventQueries;
import io.evident.pipeline.query.LiveTail;
import io.evident.pipeline.writer.BlockPlan;
import io.evident.pipeline.writer.EmergencyPlan;
import io.evident.server.config.LanesConfig;
import io.evident.server.config.QueryConfig;
import io.evident.server.config.ServerConfig;
import io.evident.server.retention.RetentionSettings;
import io.evident.server.shards.ShardCost;
import io.evident.sharding.query.CacheLimits;
import io.evident.storage.DataDirectory;
import io.evident.storage.JournalSettings;
import io.evident.storage.archive.ArchiveSettings;
import io.evident.storage.directory.StandbySettings;
import io.evident.storage.emergency.EmergencySettings;
import io.evident.storage.file.DiskFileOperations;
import io.evident.storage.index.ShardIndexes;
import io.evident.storage.space.SpaceSettings;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Cuts the server's configuration into what each part wants to know. */
final class SettingsOf {
    private static final int FILTERS_SHARE_OF_HEAP = 8;
    private static final LanePlan BLOCKS_PER_ROUND = new LanePlan(8, 4, 1);
    private static final int MAX_TENANTS = 10_000;
    /** An event of few bytes is several times as long as JSON, which has the names of its fields. */
    private static final int JSON_PER_STORED_BYTE = 4;

    /** A slot with all its parts. */
    private static final long SLOT_BYTES = LaneSlot.INLINE_BYTES + 128;
    /** A shard's blocks, batches and threads. */
    private static final long SHARD_BYTES = 4 << 20;

    private SettingsOf() {}

    static JournalSettings journal(ServerConfig config) {
        return new JournalSettings(
                        config.storage().segmentBytes(),
                        Duration.ofHours(config.storage().segmentHours()),
                        System::nanoTime,
                        new EmergencySettings(
                                config.emergency().fileBytes(),
                                config.emergency().totalBytes(),
                                config.emergency().backup(),
                                Duration.ofMillis(config.emergency().backupPatienceMs())),
                        standby(config))
                .withSealingThreads();
    }

    private static StandbySettings standby(ServerConfig config) {
        return config.standby().directory() == null
                ? null
                : new StandbySettings(
                        config.standby().directory(),
                        config.standby().retainedBytes(),
                        Duration.ofMillis(config.standby().forceTimeoutMs()));
    }

    static EmergencyPlan emergency(ServerConfig config) {
        return new EmergencyPlan(
                Integer.highestOneBit(config.emergency().queueEvents()),
                config.emergency().overflowBytes(),
                TimeUnit.MILLISECONDS.toNanos(config.emergency().stallMs()));
    }

    /** The floor has to hold what may be on the road when it is passed: nothing that was taken is refused for room then. */
    static SpaceSettings space(ServerConfig config) {
        LanesConfig lanes = config.lanes();
        long waiting = (long) lanes.criticalEvents() + lanes.elevatedEvents() + lanes.standardEvents();
        long onTheRoad = waiting * LaneSlot.INLINE_BYTES + lanes.overflowBytes();
        return new SpaceSettings(
                Math.max(config.storage().floorBytes(), onTheRoad),
                config.storage().reserveBytes(),
                config.storage().aheadBytes());
    }

    static PipelineConfig pipeline(ServerConfig config, int shards) {
        return new PipelineConfig(
                new LanePlan(
                        share(config.lanes().criticalEvents(), shards),
                        share(config.lanes().elevatedEvents(), shards),
                        share(config.lanes().standardEvents(), shards)),
                BLOCKS_PER_ROUND,
                new BlockPlan(
                        config.block().maxEvents(),
                        config.block().maxBytes(),
                        TimeUnit.MILLISECONDS.toNanos(config.block().flushMs())),
                config.lanes().overflowBytes(),
                config.duplicates().windowIds(),
                TimeUnit.HOURS.toMillis(config.duplicates().windowHours()),
                writers(config),
                TimeUnit.MILLISECONDS.toNanos(config.commit().minForceIntervalMs()),
                TimeUnit.MILLISECONDS.toNanos(config.commit().maxForceIntervalMs()),
                MAX_TENANTS,
                new TierPlan(
                        config.tiers().critical(),
                        config.tiers().elevated(),
                        config.tiers().standard()));
    }

    /** A shard's part of a lane, rounded down to a power of two. */
    private static int share(int events, int shards) {
        return Integer.highestOneBit(Math.max(2, events / shards));
    }

    private static int writers(ServerConfig config) {
        return config.writers() == 0 ? Runtime.getRuntime().availableProcessors() : config.writers();
    }

    /** What each more shard takes: its lanes are as large as those of the shards that the server started with. */
    static ShardCost cost(ServerConfig config, PipelineConfig laid) {
        LanePlan lanes = laid.laneCapacities();
        long slots = (long) lanes.critical() + lanes.elevated() + lanes.standard();
        long copies = config.emergency().backup() == null ? 1 : 2;
        return new ShardCost(
                (slots + emergency(config).events()) * SLOT_BYTES + SHARD_BYTES,
                config.storage().aheadBytes() + copies * config.emergency().fileBytes(),
                slots * LaneSlot.INLINE_BYTES,
                config.lanes().overflowBytes());
    }

    static IngestConfig ingest(ServerConfig config) {
        int loops = config.ingest().eventLoops() == 0
                ? Math.max(1, Runtime.getRuntime().availableProcessors() / 2)
                : config.ingest().eventLoops();
        return new IngestConfig(
                config.http().address().toSocketAddress(),
                config.tcp().address().toSocketAddress(),
                loops,
                config.ingest().maxConnections(),
                http(config),
                tcp(config),
                new QueryLimits(
                        config.query().threads(),
                        config.query().maxQueued(),
                        config.query().maxAnswerBytes(),
                        config.query().maxFollowers(),
                        config.query().heartbeatMs(),
                        config.query().maxExports()));
    }

    /** A page ends early, with a cursor, before it is too long for an answer; else whoever walks through it is refused. */
    static io.evident.sharding.query.QueryLimits pages(ServerConfig config) {
        return new io.evident.sharding.query.QueryLimits(
                config.query().maxReadBytes(),
                config.query().maxTextBytes(),
                config.query().maxAnswerBytes() / JSON_PER_STORED_BYTE,
                config.query().maxTimeMs());
    }

    /** The indexes of the open shards; of none when there is to be no index. Their filters leave most of the heap to others. */
    static ShardIndexes indexes(ServerConfig config, DataDirectory data) {
        long filterBytes =
                Math.min(config.storage().filterBytes(), Runtime.getRuntime().maxMemory() / FILTERS_SHARE_OF_HEAP);
        return config.storage().indexed()
                ? data.openIndexes(filterBytes)
                : new ShardIndexes(DiskFileOperations.INSTANCE, place -> false, filterBytes);
    }

    static ArchiveSettings archives(ServerConfig config) {
        return new ArchiveSettings(
                config.storage().archived(),
                Duration.ofSeconds(config.storage().archiveAfterSeconds()),
                config.storage().archiveBytesPerSecond());
    }

    static RetentionSettings retention(ServerConfig config) {
        return new RetentionSettings(
                config.retention().intervalSeconds(),
                config.retention().rewritePercent(),
                config.retention().bytesPerSecond());
    }

    static CacheLimits cache(ServerConfig config) {
        QueryConfig query = config.query();
        return new CacheLimits(
                query.cacheAnswers(),
                Math.max(query.cacheAnswers(), query.cacheBytes()),
                Duration.ofSeconds(query.cacheSeconds()));
    }

    private static HttpLimits http(ServerConfig config) {
        HttpLimits shipped = HttpLimits.defaults();
        return new HttpLimits(
                shipped.maxRequestLineBytes(),
                shipped.maxHeaderBytes(),
                config.http().maxBodyBytes(),
                config.http().maxBufferedBodyBytes(),
                config.http().maxEventsPerRequest(),
                config.http().maxInFlight(),
                config.http().headerTimeoutMs(),
                config.http().bodyTimeoutMs(),
                config.http().idleTimeoutMs(),
                config.http().answerTimeoutMs(),
                config.ingest().writeStallTimeoutMs());
    }

    private static TcpLimits tcp(ServerConfig config) {
        return new TcpLimits(
                config.tcp().maxFrameBytes(),
                config.tcp().maxBatchEvents(),
                config.tcp().windowEvents(),
                config.tcp().helloTimeoutMs(),
                config.tcp().frameTimeoutMs(),
                config.tcp().idleTimeoutMs(),
                config.ingest().writeStallTimeoutMs());
    }

    static IngestPorts ports(
            ServerConfig config,
            Pipeline pipeline,
            EventQueries queries,
            LiveTail tail,
            HealthProbe health,
            MetricsPage metrics,
            ShardControl shards,
            RetentionControl retention) {
        return new IngestPorts(
                pipeline.intake(),
                pipeline.receipts(),
                queries,
                tail,
                config.insecure() ? new EverybodyAllowed() : new LoopbackOnly(),
                health,
                metrics,
                shards,
                retention);
    }
}
