package io.evident.server.metrics;

import io.evident.event.Lane;
import io.evident.event.RefusalReason;
import io.evident.pipeline.Pipeline;
import io.evident.pipeline.ledger.IntakeLedger;
import io.evident.pipeline.ledger.LaneCounters;
import io.evident.pipeline.recorder.LedgerRecorder;
import io.evident.pipeline.writer.EmergencyPath;
import io.evident.pipeline.writer.ShardContext;
import io.evident.pipeline.writer.ShardState;
import io.evident.server.ledger.LedgerThread;
import io.evident.server.retention.RetentionFigures;
import io.evident.sharding.query.FanOutQueryEngine;
import io.evident.storage.SegmentArchiver;
import io.evident.storage.index.ShardIndexes;
import io.evident.storage.space.DiskSpace;
import io.evident.storage.space.SpaceState;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * The page of {@code GET /metrics} in the Prometheus text format. Numbers are read when the page is, from where they are
 * counted anyway; tenant and actor are never a label. Thread-safe.
 */
public final class PrometheusPage {
    private static final double NS_PER_SECOND = 1e9;

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final MetricsThread metrics;
    private final Pipeline pipeline;
    private final DiskSpace standbySpace;
    private final Set<Integer> boundShards = new HashSet<>();

    public PrometheusPage(
            Pipeline pipeline,
            MetricsThread metrics,
            DiskSpace space,
            DiskSpace standbySpace,
            LedgerThread ledger,
            FanOutQueryEngine engine,
            ShardIndexes indexes,
            SegmentArchiver archiver,
            RetentionFigures retention) {
        this.metrics = metrics;
        this.pipeline = pipeline;
        this.standbySpace = standbySpace;
        bindLedger(pipeline.ledger());
        bindDuplicates(pipeline);
        bindNewShards();
        bindSpace(space);
        if (standbySpace != null) {
            bindStandby(standbySpace);
        }
        if (ledger.isOn()) {
            bindRecords(ledger.recorder());
        }
        gauge("evident.shards.epoch", "epoch of the shard map", Tags.empty(), pipeline, Pipeline::epoch);
        bindCache(engine);
        bindIndexes(indexes);
        bindArchives(archiver);
        new RetentionMeters(registry).bind(retention);
        bindLatencies();
        registry.getPrometheusRegistry().register(new ReceiptHistogram(metrics));
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    /** The page as it is now. */
    public String text() {
        bindNewShards();
        return registry.scrape();
    }

    /** Shards that were added or opened since the last look; sealed ones have nothing to measure. */
    private synchronized void bindNewShards() {
        for (ShardContext shard : pipeline.shards()) {
            if (!shard.isSealed() && boundShards.add(shard.shard())) {
                bindShard(shard);
                if (standbySpace != null) {
                    bindStandby(shard);
                }
            }
        }
    }

    private void bindLedger(IntakeLedger ledger) {
        for (int i = 0; i <= Lane.count(); i++) {
            Lane lane = Lane.ofCode(i);
            Tags tags = Tags.of("lane", lane == null ? "-" : lane.text());
            counter("evident.events.received", "events offered", tags, ledger, lane, LaneCounters::received);
            counter("evident.events.stored", "events journaled", tags, ledger, lane, LaneCounters::stored);
            counter("evident.events.duplicate", "events known already", tags, ledger, lane, LaneCounters::duplicate);
            for (RefusalReason reason : RefusalReason.values()) {
                counter(
                        "evident.events.refused",
                        "events refused, by reason",
                        tags.and("reason", reason.text()),
                        ledger,
                        lane,
                        counters -> counters.refused(reason));
            }
            Gauge.builder("evident.events.in.flight", ledger, l -> l.total(lane, LaneCounters::inFlight))
                    .description("events in a lane, not yet journaled: received - stored - duplicate - refused")
                    .tags(tags)
                    .register(registry);
        }
    }

    private void counter(
            String name,
            String description,
            Tags tags,
            IntakeLedger ledger,
            Lane lane,
            ToLongFunction<LaneCounters> count) {
        FunctionCounter.builder(name, ledger, l -> l.total(lane, count))
                .description(description)
                .tags(tags)
                .register(registry);
    }

    private void bindRecords(LedgerRecorder recorder) {
        total(
                "evident.ledger.records",
                "records of the ledger that were written and forced",
                Tags.empty(),
                recorder,
                LedgerRecorder::records);
        total(
                "evident.ledger.failures",
                "records of the ledger that were refused",
                Tags.empty(),
                recorder,
                LedgerRecorder::failures);
        gauge(
                "evident.ledger.age.seconds",
                "time since the last record of the ledger, or since the start while there is none",
                Tags.empty(),
                recorder,
                r -> r.ageMs() / 1e3);
    }

    private void bindCache(FanOutQueryEngine engine) {
        total(
                "evident.query.cache.hits",
                "answers that came from the cache",
                Tags.empty(),
                engine,
                e -> e.cacheFigures().hits());
        total(
                "evident.query.cache.misses",
                "queries to which the cache had no answer that still held",
                Tags.empty(),
                engine,
                e -> e.cacheFigures().misses());
        total(
                "evident.query.cache.evictions",
                "answers that gave way to others, or grew too old",
                Tags.empty(),
                engine,
                e -> e.cacheFigures().evictions());
        gauge(
                "evident.query.cache.answers",
                "answers that the cache holds",
                Tags.empty(),
                engine,
                e -> e.cacheFigures().answers());
        gauge(
                "evident.query.cache.bytes",
                "about how much memory these take",
                Tags.empty(),
                engine,
                e -> e.cacheFigures().bytes());
    }

    private void bindIndexes(ShardIndexes indexes) {
        total("evident.index.events", "events that were indexed", Tags.empty(), indexes, ShardIndexes::eventsIndexed);
        gauge(
                "evident.index.behind.events",
                "events that are journaled and not indexed yet: queries read them",
                Tags.empty(),
                indexes,
                ShardIndexes::eventsBehind);
        gauge("evident.index.parts", "parts of the index", Tags.empty(), indexes, ShardIndexes::parts);
        gauge("evident.index.file.bytes", "size of the index on disk", Tags.empty(), indexes, ShardIndexes::fileBytes);
        total(
                "evident.index.damaged.parts",
                "parts that turned out to be damaged, and were made anew",
                Tags.empty(),
                indexes,
                ShardIndexes::damagedParts);
        total(
                "evident.index.rebuilds",
                "runs of blocks that were indexed again, as their part was missing or damaged",
                Tags.empty(),
                indexes,
                ShardIndexes::rebuilds);
    }

    private void bindArchives(SegmentArchiver archiver) {
        gauge(
                "evident.archive.plain.bytes",
                "size of the archived segments before",
                Tags.empty(),
                archiver,
                SegmentArchiver::plainBytes);
        gauge(
                "evident.archive.bytes",
                "size of the archived segments on disk",
                Tags.empty(),
                archiver,
                SegmentArchiver::archivedBytes);
        total(
                "evident.archive.failures",
                "segments that could not be archived",
                Tags.empty(),
                archiver,
                SegmentArchiver::failures);
    }

    private void bindDuplicates(Pipeline pipeline) {
        Gauge.builder(
                        "evident.duplicate.window.ids",
                        pipeline,
                        p -> p.duplicates().count())
                .description("ids that are remembered now, to tell duplicates")
                .register(registry);
        Gauge.builder(
                        "evident.duplicate.window.guaranteed.ids",
                        pipeline,
                        p -> p.config().windowIds())
                .description("the last so many ids are remembered for certain")
                .register(registry);
        Gauge.builder(
                        "evident.duplicate.window.seconds",
                        pipeline,
                        p -> p.config().windowMs() / 1e3)
                .description("an id is remembered at least so long, as far as the number of ids allows")
                .register(registry);
    }

    private void bindSpace(DiskSpace space) {
        gauge(
                "evident.disk.free.bytes",
                "room on the data volume",
                Tags.empty(),
                space,
                s -> s.view().freeBytes());
        gauge(
                "evident.disk.floor.bytes",
                "room below which only CRITICAL events are taken",
                Tags.empty(),
                space,
                s -> s.settings().floorBytes());
        gauge(
                "evident.disk.reserve.bytes",
                "what is kept in store for CRITICAL events",
                Tags.empty(),
                space,
                s -> s.view().reserveBytes());
        for (SpaceState state : SpaceState.values()) {
            gauge(
                    "evident.disk.state",
                    "1 for what the room allows now: roomy, critical-only or full",
                    Tags.of("state", state.text()),
                    space,
                    s -> s.view().state() == state ? 1 : 0);
        }
    }

    private void bindStandby(DiskSpace space) {
        gauge(
                "evident.standby.disk.free.bytes",
                "room on the standby volume",
                Tags.empty(),
                space,
                s -> s.view().freeBytes());
    }

    private void bindStandby(ShardContext shard) {
        gauge(
                "evident.shard.standby",
                "1 while the shard is written to on its standby volume",
                Tags.of("shard", String.valueOf(shard.shard())),
                shard,
                s -> s.isOnStandby() ? 1 : 0);
    }

    private void bindShard(ShardContext shard) {
        Tags tags = Tags.of("shard", String.valueOf(shard.shard()));
        gauge(
                "evident.shard.appended.sequence",
                "highest JOURNALED sequence",
                tags,
                shard,
                s -> s.frontier().appended());
        gauge(
                "evident.shard.synced.sequence",
                "highest SYNCED sequence",
                tags,
                shard,
                s -> s.frontier().synced());
        gauge("evident.shard.incarnation", "number of this opening", tags, shard, ShardContext::incarnation);
        gauge(
                "evident.shard.open",
                "1 while the shard takes events",
                tags,
                shard,
                s -> s.health().state() == ShardState.OPEN ? 1 : 0);
        bindEmergency(tags, shard.emergency());
        for (Lane lane : Lane.values()) {
            gauge(
                    "evident.lane.depth",
                    "events waiting for the writer",
                    tags.and("lane", lane.text()),
                    shard,
                    s -> s.lanes().ring(lane).depth());
            gauge(
                    "evident.lane.capacity",
                    "slots of the lane",
                    tags.and("lane", lane.text()),
                    shard,
                    s -> s.lanes().ring(lane).capacity());
        }
    }

    private void bindEmergency(Tags tags, EmergencyPath path) {
        gauge(
                "evident.emergency.active",
                "1 while critical events take the emergency path",
                tags,
                path,
                p -> p.mode().isActive() ? 1 : 0);
        gauge(
                "evident.emergency.unfolded.events",
                "events not folded in yet",
                tags,
                path,
                EmergencyPath::unfoldedEvents);
        gauge(
                "evident.emergency.copies",
                "copies of the emergency journal that work",
                tags,
                path,
                p -> p.workingCopies());
        gauge(
                "evident.emergency.fullness",
                "share of the emergency journal's room that is taken, 0 to 1",
                tags,
                path,
                EmergencyPath::fullness);
        gauge(
                "evident.emergency.full",
                "1 while the emergency journal has no room",
                tags,
                path,
                p -> p.isFull() ? 1 : 0);
        total("evident.emergency.events", "events that took the emergency path", tags, path, EmergencyPath::events);
        total(
                "evident.emergency.uses",
                "times the emergency path was entered",
                tags,
                path,
                p -> p.mode().uses());
        total(
                "evident.emergency.active.seconds",
                "how long critical events took the emergency path",
                tags,
                path,
                p -> p.mode().activeNs() / NS_PER_SECOND);
    }

    private <T> void total(String name, String description, Tags tags, T source, ToDoubleFunction<T> value) {
        FunctionCounter.builder(name, source, value)
                .description(description)
                .tags(tags)
                .register(registry);
    }

    private <T> void gauge(String name, String description, Tags tags, T source, ToDoubleFunction<T> value) {
        Gauge.builder(name, source, value).description(description).tags(tags).register(registry);
    }

    private void bindLatencies() {
        for (Lane lane : Lane.values()) {
            latency(
                    Stage.JOURNALED,
                    lane.text(),
                    interval -> interval.journaledByLane().get(lane));
            latency(
                    Stage.JOURNALED_RECEIPT,
                    lane.text(),
                    interval -> interval.journaledReceipts().get(lane));
            latency(
                    Stage.SYNCED_RECEIPT,
                    lane.text(),
                    interval -> interval.syncedReceipts().get(lane));
            latency(
                    Stage.SYNCED,
                    lane.text(),
                    interval -> interval.syncedByLane().get(lane));
        }
        latency(Stage.APPEND, "-", LatencySummaries::append);
        latency(Stage.FORCE, "-", LatencySummaries::force);
        latency(Stage.QUERY, "-", LatencySummaries::query);
        for (Target target : Target.values()) {
            gauge(
                    "evident.target.met",
                    "1 while the last interval keeps the target",
                    Tags.of("target", target.text()),
                    metrics,
                    m -> target.isMet(m.last().interval()) ? 1 : 0);
        }
    }

    private void latency(Stage stage, String lane, Function<LatencySummaries, LatencySummary> part) {
        Tags tags = Tags.of("stage", stage.text(), "lane", lane);
        String description = "latency over the last second, by quantile";
        String name = "evident.stage.latency.seconds";
        gauge(
                name,
                description,
                tags.and("quantile", "0.5"),
                metrics,
                m -> part.apply(m.last().interval()).p50Ns() / NS_PER_SECOND);
        gauge(
                name,
                description,
                tags.and("quantile", "0.99"),
                metrics,
                m -> part.apply(m.last().interval()).p99Ns() / NS_PER_SECOND);
        gauge(
                name,
                description,
                tags.and("quantile", "0.999"),
                metrics,
                m -> part.apply(m.last().interval()).p999Ns() / NS_PER_SECOND);
    }
}
