package io.evident.load;

import io.evident.event.AuditEvent;
import io.evident.event.Tier;
import io.evident.event.wire.FrameLayout;
import io.evident.load.check.ReadBack;
import io.evident.load.check.StoredSince;
import io.evident.load.engine.Flow;
import io.evident.load.engine.LoadRun;
import io.evident.load.engine.RunResult;
import io.evident.load.http.HttpForm;
import io.evident.load.http.HttpTarget;
import io.evident.load.intake.SyntheticEvents;
import io.evident.load.options.EventOptions;
import io.evident.load.options.JudgeOptions;
import io.evident.load.options.TrafficOptions;
import io.evident.load.pool.EventPool;
import io.evident.load.probe.CostMeter;
import io.evident.load.probe.ReceiptMeter;
import io.evident.load.report.RunRow;
import io.evident.load.schedule.RateCurve;
import io.evident.load.sink.NullSink;
import io.evident.load.target.StoredCount;
import io.evident.load.target.Target;
import io.evident.load.tcp.TcpTarget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** One run as the options ask for it: against the null sink first when that is wanted, then against the server. */
final class OneRun {
    private static final LoadRun.Length CEILING_LENGTH = new LoadRun.Length(2, 3, 0);

    private final TrafficOptions traffic;
    private final EventOptions events;
    private final JudgeOptions judge;
    private final long runTag;
    private final String tenantPrefix;
    private EventPool pool;

    OneRun(TrafficOptions traffic, EventOptions events, JudgeOptions judge) {
        this.traffic = traffic;
        this.events = events;
        this.judge = judge;
        long moment = System.currentTimeMillis() * 1_000_003;
        this.runTag = Math.floorMod(moment ^ ProcessHandle.current().pid(), 1L << 40);
        // Only who reads back needs tenants of its own: others add none to a server's.
        this.tenantPrefix =
                traffic.serverUri() == null ? "tenant-" : "load-" + Long.toString(runTag, Character.MAX_RADIX) + '-';
    }

    /** Runs to the end. */
    RunRow carryOut(LoadRun.Progress progress, BooleanSupplier toldToEnd) throws IOException {
        pool = EventPool.of(given());
        pool = form() == null ? pool : pool.withJson();
        double ceiling = judge.nullSink() ? ceiling(toldToEnd) : 0;
        LoadRun.Length length = new LoadRun.Length(traffic.warmupSeconds(), traffic.seconds(), traffic.events());
        try (Target target = target(traffic.address(), traffic.serverUri());
                CostMeter meter = new CostMeter(judge.serverPid(), judge.serverProbe())) {
            StoredSince storedSince =
                    judge.expires() && traffic.serverUri() != null ? StoredSince.now(traffic.serverUri()) : null;
            ReadBack.Stored stored = storedSince == null ? target::stored : storedSince::events;
            ReceiptMeter receipts = new ReceiptMeter(traffic.serverUri(), traffic.tier());
            Flow flow = new Flow(target, pool, traffic.curve(), batch(), traffic.loops());
            LoadRun run = new LoadRun(
                    List.of(flow), length, events.seed(), runTag, new Metered(progress, meter, receipts), toldToEnd);
            RunResult result = run.run();
            return new RunRow(
                    judge.name().isEmpty() ? target.name() : judge.name(),
                    target.name(),
                    target.durability(),
                    asked(),
                    flow.isClosedLoop(),
                    result,
                    meter.generatorCpuSeconds(),
                    meter.generatorHiccups(),
                    meter.server(),
                    receipts.times(),
                    readBack(stored, run, result),
                    ceiling,
                    judge.criteria());
        }
    }

    /** Takes the costs at the ends of the measured time. */
    private record Metered(LoadRun.Progress progress, CostMeter meter, ReceiptMeter receipts)
            implements LoadRun.Progress {
        @Override
        public void at(boolean warmingUp, long receipts, double seconds) {
            progress.at(warmingUp, receipts, seconds);
        }

        @Override
        public void begins() {
            try {
                receipts.begin();
                meter.begin();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void ends() {
            try {
                meter.end();
                receipts.end();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private ReadBack readBack(ReadBack.Stored stored, LoadRun run, RunResult result) throws IOException {
        return traffic.serverUri() == null
                ? null
                : ReadBack.of(
                        stored,
                        result.all(),
                        run.answers().sampledIds(),
                        pool,
                        traffic.serverUri(),
                        traffic.tier() == Tier.ACCEPTED,
                        judge.expires());
    }

    /** What the generator reaches by itself, as fast as it can. */
    private double ceiling(BooleanSupplier toldToEnd) throws IOException {
        try (NullSink sink = NullSink.start(0, 0);
                Target target = target(
                        sink.tcpAddress(),
                        URI.create("http://127.0.0.1:" + sink.httpAddress().getPort()))) {
            Flow flow = new Flow(target, pool, null, batch(), traffic.loops());
            LoadRun.Progress silent = (warmingUp, receipts, seconds) -> {};
            return new LoadRun(List.of(flow), CEILING_LENGTH, events.seed(), runTag, silent, toldToEnd)
                    .run()
                    .eventsPerSecond();
        }
    }

    private List<AuditEvent> given() throws IOException {
        return events.cloudtrail() == null
                ? SyntheticEvents.list(events.seed(), events.mix(tenantPrefix))
                : CloudTrailEvents.readAll(events.cloudtrail(), traffic.serverUri() == null ? "" : tenantPrefix);
    }

    /** No more events than fit into a frame or request of a megabyte. */
    private int batch() {
        return Math.min(traffic.batch(), Math.max(1, (int) (FrameLayout.DEFAULT_MAX_FRAME_BYTES / pool.meanBytes())));
    }

    private Target target(InetSocketAddress tcp, URI http) {
        StoredCount stored = new StoredCount(http, tenantPrefix);
        if (form() != null) {
            return new HttpTarget(http, traffic.tier(), form(), traffic.connections(), traffic.loops(), stored);
        }
        return new TcpTarget(
                tcp, traffic.tier(), traffic.connections(), traffic.loops(), batch(), traffic.window(), stored);
    }

    /** How events stand in requests, {@code null} over TCP. */
    private HttpForm form() {
        return switch (traffic.over()) {
            case TCP -> null;
            case HTTP -> HttpForm.SINGLE;
            case HTTP_ARRAY -> HttpForm.ARRAY;
            case HTTP_NDJSON -> HttpForm.NDJSON;
        };
    }

    /** For people: what was asked for. */
    String text() {
        return String.format(
                Locale.ROOT,
                "tier %s, %d connections, frames of %d, window %d, events of %.0f bytes from %,d tenants and %,d actors, %s",
                traffic.tier().text(),
                traffic.connections(),
                traffic.batch(),
                traffic.window(),
                pool.meanBytes(),
                pool.tenants(),
                pool.actors(),
                traffic.curve() == null ? "closed loop" : "open loop at " + traffic.rate());
    }

    /** For programs: what was asked for. */
    private Map<String, Object> asked() {
        RateCurve curve = traffic.curve();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("tier", traffic.tier().text());
        json.put("connections", traffic.connections());
        json.put("batch", traffic.batch());
        json.put("window", traffic.window());
        json.put("offeredEventsPerSecond", curve == null ? 0 : Math.round(curve.events() / curve.lengthSeconds()));
        json.put("meanEventBytes", pool.meanBytes());
        json.put("rate", traffic.rate());
        json.put("over", traffic.over().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        json.put("loops", traffic.loops());
        json.put("seed", events.seed());
        json.put("poolEvents", pool.size());
        json.put("poolBytes", pool.sizeBytes());
        json.put("poolTenants", pool.tenants());
        json.put("poolActors", pool.actors());
        return json;
    }
}
