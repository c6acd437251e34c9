package io.evident.ingest.http.endpoint;

import io.evident.ingest.HealthProbe.Question;
import io.evident.ingest.IngestConfig;
import io.evident.ingest.IngestPorts;
import io.evident.ingest.QueryLimits;
import io.evident.ingest.http.Route;
import io.evident.ingest.http.intake.PostEvents;
import java.util.List;
import java.util.Set;

/** The table of routes, against which {@code /openapi.yaml} is checked, and the query threads behind it. Thread-safe. */
public final class RouteTable {
    private static final long END_OF_QUERIES_MS = 10_000;

    private final QueryPool queryPool;
    private final List<Route> routes;

    /** Routes to these ports. */
    public RouteTable(IngestConfig config, IngestPorts ports) {
        queryPool = new QueryPool(config.queries());
        routes = routes(config, ports, queryPool);
    }

    private static List<Route> routes(IngestConfig config, IngestPorts ports, QueryPool pool) {
        QueryLimits limits = config.queries();
        return List.of(
                Route.post(
                        "/v1/events",
                        PostEvents.PARAMETERS,
                        new PostEvents(config.http(), ports.intake(), ports.receipts())),
                Route.get(
                        "/v1/events",
                        FilterParameters.QUERY,
                        new QueryEvents(ports.queries(), pool, limits.maxAnswerBytes())),
                summary("/v1/events/count", SummaryForm.COUNT, ports, pool, limits),
                summary("/v1/events/facets", SummaryForm.FACETS, ports, pool, limits),
                summary("/v1/events/histogram", SummaryForm.HISTOGRAM, ports, pool, limits),
                Route.get(
                        "/v1/export",
                        ExportEvents.PARAMETERS,
                        new ExportEvents(ports.queries(), pool, limits.maxExports())),
                Route.get("/v1/events/{id}", FindEvent.PARAMETERS, new FindEvent(ports.queries(), pool)),
                Route.get("/v1/events/follow", FilterParameters.FILTER, new FollowEvents(ports.tail(), pool, limits)),
                Route.openPage("/health", ServerPages.health(ports.health(), Question.OVERALL)),
                Route.openPage("/health/liveness", ServerPages.health(ports.health(), Question.LIVENESS)),
                Route.openPage("/health/readiness", ServerPages.health(ports.health(), Question.READINESS)),
                Route.openPage("/health/startup", ServerPages.health(ports.health(), Question.STARTUP)),
                Route.get("/health/detailed", Set.of(), ServerPages.health(ports.health(), Question.DETAILED)),
                Route.get("/metrics", Set.of(), ServerPages.metrics(ports.metrics(), pool)),
                Route.get("/v1/admin/shards", Set.of(), ShardPages.show(ports.shards())),
                Route.post("/v1/admin/shards", Set.of(), ShardPages.resize(ports.shards())),
                Route.get("/v1/admin/retention", Set.of(), RetentionPages.show(ports.retention())),
                Route.put("/v1/admin/retention/{tenant}", RetentionPages.setRule(ports.retention())),
                Route.delete("/v1/admin/retention/{tenant}", RetentionPages.removeRule(ports.retention())),
                Route.put("/v1/admin/retention/{tenant}/hold", RetentionPages.hold(ports.retention())),
                Route.delete("/v1/admin/retention/{tenant}/hold", RetentionPages.release(ports.retention())),
                Route.openPage("/openapi.yaml", ServerPages.openApi()),
                Route.openPage("/", ServerPages.root()));
    }

    private static Route summary(String path, SummaryForm form, IngestPorts ports, QueryPool pool, QueryLimits limits) {
        return Route.get(
                path, form.parameters(), new SummarizeEvents(form, ports.queries(), pool, limits.maxAnswerBytes()));
    }

    /** Every route there is. */
    public List<Route> routes() {
        return routes;
    }

    /** Ends the query threads. Called when no connection is open any more. */
    public void end() throws InterruptedException {
        queryPool.close();
        queryPool.awaitEnd(END_OF_QUERIES_MS);
    }
}
