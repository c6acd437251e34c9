package io.evident.load;

import io.evident.event.AuditEvent;
import io.evident.event.wire.FrameLayout;
import io.evident.load.engine.Flow;
import io.evident.load.engine.LoadRun;
import io.evident.load.engine.RunResult;
import io.evident.load.http.HttpForm;
import io.evident.load.http.HttpTarget;
import io.evident.load.intake.SyntheticEvents;
import io.evident.load.options.EventOptions;
import io.evident.load.options.TrafficOptions;
import io.evident.load.pool.EventPool;
import io.evident.load.report.Percentiles;
import io.evident.load.schedule.RateCurve;
import io.evident.load.target.Latencies;
import io.evident.load.target.StoredCount;
import io.evident.load.target.Target;
import io.evident.load.tcp.TcpTarget;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** One run as the options ask for it, and how it is told. */
final class OneRun {
    private final TrafficOptions traffic;
    private final EventOptions events;
    private final long runTag;
    private final String tenantPrefix;
    private EventPool pool;

    OneRun(TrafficOptions traffic, EventOptions events) {
        this.traffic = traffic;
        this.events = events;
        this.runTag = Math.floorMod(
                System.currentTimeMillis() * 1_000_003 ^ ProcessHandle.current().pid(), 1L << 40);
        // Only who reads back needs tenants of its own: others add none to a server's.
        this.tenantPrefix =
                traffic.serverUri() == null ? "tenant-" : "load-" + Long.toString(runTag, Character.MAX_RADIX) + '-';
    }

    /** Runs to the end. */
    RunResult carryOut(LoadRun.Progress progress, BooleanSupplier toldToEnd) throws IOException {
        pool = EventPool.of(given());
        pool = form() == null ? pool : pool.withJson();
        try (Target target = target()) {
            Flow flow = new Flow(target, pool, traffic.curve(), batch(), traffic.loops());
            LoadRun.Length length = new LoadRun.Length(traffic.warmupSeconds(), traffic.seconds(), traffic.events());
            return new LoadRun(List.of(flow), length, events.seed(), runTag, progress, toldToEnd).run();
        }
    }

    private List<AuditEvent> given() throws IOException {
        return events.cloudtrail() == null
                ? SyntheticEvents.list(events.seed(), events.mix(tenantPrefix))
                : CloudTrailEvents.readAll(events.cloudtrail());
    }

    /** No more events than fit into a frame or request of a megabyte. */
    private int batch() {
        return Math.min(traffic.batch(), Math.max(1, (int) (FrameLayout.DEFAULT_MAX_FRAME_BYTES / pool.meanBytes())));
    }

    private Target target() {
        StoredCount stored = new StoredCount(traffic.serverUri(), tenantPrefix);
        if (form() != null) {
            return new HttpTarget(
                    traffic.serverUri(), traffic.tier(), form(), traffic.connections(), traffic.loops(), stored);
        }
        return new TcpTarget(
                traffic.address(),
                traffic.tier(),
                traffic.connections(),
                traffic.loops(),
                batch(),
                traffic.window(),
                stored);
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

    /** For people. */
    String text(RunResult result) {
        String refused = result.measured().refused().isEmpty()
                ? "none"
                : result.measured().refused().toString();
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "tier %s, %d connections, frames of %d, window %d, events of %.0f bytes, %s%n",
                traffic.tier().text(),
                traffic.connections(),
                traffic.batch(),
                traffic.window(),
                pool.meanBytes(),
                traffic.curve() == null ? "closed loop" : "open loop " + traffic.rate()));
        text.append(String.format(
                Locale.ROOT,
                "  %,.0f events/s: %,d receipts in %.1f s, %,d duplicates, refused %s%n",
                result.eventsPerSecond(),
                result.measured().allReceipts(),
                result.seconds(),
                result.measured().duplicates(),
                refused));
        text.append(latencyName()).append(Percentiles.text(result.response()));
        if (traffic.curve() != null) {
            text.append(String.format("%n  from the real sending  "))
                    .append(Percentiles.text(Latencies.merged(result.latencies().service())));
            text.append(String.format("%n  generator late by  ")).append(Percentiles.text(result.lag()));
        }
        return text.toString();
    }

    private String latencyName() {
        return traffic.curve() == null ? "  latency ms (closed loop)  " : "  latency ms  ";
    }

    /** For programs. */
    Map<String, Object> json(RunResult result) {
        RateCurve curve = traffic.curve();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("tier", traffic.tier().text());
        json.put("connections", traffic.connections());
        json.put("batch", traffic.batch());
        json.put("window", traffic.window());
        json.put("offeredEventsPerSecond", curve == null ? 0 : Math.round(curve.events() / curve.lengthSeconds()));
        json.put("meanEventBytes", pool.meanBytes());
        json.put("seconds", result.seconds());
        json.put("sent", result.sent());
        json.put("receipts", result.measured().allReceipts());
        json.put("duplicates", result.measured().duplicates());
        json.put("refused", result.measured().refused());
        json.put("eventsPerSecond", Math.round(result.eventsPerSecond()));
        json.put("latencyMs", Percentiles.ms(result.response()));
        json.put("loop", curve == null ? "closed" : "open");
        json.put("rate", traffic.rate());
        json.put("unsent", result.unsent().getTotalCount());
        json.put("tooFew", Percentiles.tooFew(result.response()));
        json.put("serviceMs", Percentiles.ms(Latencies.merged(result.latencies().service())));
        json.put("generatorLagMs", Percentiles.ms(result.lag()));
        return json;
    }
}
