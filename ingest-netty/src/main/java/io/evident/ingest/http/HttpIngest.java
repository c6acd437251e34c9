package io.evident.ingest.http;

import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.ingest.Backpressure;
import io.evident.ingest.Connections;
import io.evident.ingest.HealthProbe.Question;
import io.evident.ingest.HttpLimits;
import io.evident.ingest.IngestConfig;
import io.evident.ingest.IngestPorts;
import io.evident.ingest.WallClock;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http.HttpResponseEncoder;
import java.util.List;
import java.util.Set;

/** Sets up HTTP connections, and holds what they share. Thread-safe. */
public final class HttpIngest extends ChannelInitializer<Channel> {
    private static final long END_OF_QUERIES_MS = 10_000;

    private final HttpLimits limits;
    private final Connections connections;
    private final WallClock clock = new WallClock();
    private final BodyBudget bodyBudget;
    private final QueryPool queryPool;
    private final Dispatcher dispatcher;

    public HttpIngest(IngestConfig config, IngestPorts ports, Connections connections) {
        this.limits = config.http();
        this.connections = connections;
        this.bodyBudget = new BodyBudget(limits.maxBufferedBodyBytes());
        this.queryPool = new QueryPool(config.queries());
        Router router = new Router(routes(config, ports, queryPool));
        this.dispatcher = new Dispatcher(router, ports.authenticator(), limits.maxBodyBytes());
    }

    /** The table of routes, against which {@code /openapi.yaml} is checked. */
    static List<Route> routes(IngestConfig config, IngestPorts ports, QueryPool pool) {
        var queries = new QueryEvents(ports.queries(), pool, config.queries().maxAnswerBytes());
        return List.of(
                Route.post("/v1/events", PostEvents.PARAMETERS, new PostEvents(config.http(), ports.intake())),
                Route.get("/v1/events", FilterParameters.QUERY, queries),
                Route.get("/v1/events/{id}", FindEvent.PARAMETERS, new FindEvent(ports.queries(), pool)),
                Route.get(
                        "/v1/events/follow",
                        FilterParameters.FILTER,
                        new FollowEvents(ports.tail(), pool, config.queries())),
                Route.openPage("/health", ServerPages.health(ports.health(), Question.OVERALL)),
                Route.openPage("/health/liveness", ServerPages.health(ports.health(), Question.LIVENESS)),
                Route.openPage("/health/readiness", ServerPages.health(ports.health(), Question.READINESS)),
                Route.openPage("/health/startup", ServerPages.health(ports.health(), Question.STARTUP)),
                Route.get("/health/detailed", Set.of(), ServerPages.health(ports.health(), Question.DETAILED)),
                Route.get("/metrics", Set.of(), ServerPages.metrics(ports.metrics(), pool)),
                Route.openPage("/openapi.yaml", ServerPages.openApi()),
                Route.openPage("/", ServerPages.root()));
    }

    @Override
    protected void initChannel(Channel channel) {
        var backpressure = new Backpressure(limits.writeStallTimeoutMs(), () -> {});
        var opening = new Opening(backpressure);
        channel.pipeline()
                .addLast(
                        backpressure,
                        new HttpResponseEncoder(),
                        new StrictRequestDecoder(limits, opening::bytesArrived),
                        opening);
    }

    /** Puts a connection behind itself, or says that there are too many. */
    private final class Opening extends ChannelInboundHandlerAdapter {
        private final Backpressure backpressure;
        private HttpConnection connection;

        Opening(Backpressure backpressure) {
            this.backpressure = backpressure;
        }

        void bytesArrived() {
            connection.bytesArrived();
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            connection = new HttpConnection(HttpIngest.this, ctx, backpressure);
            ctx.pipeline().addLast(connection);
            if (!connections.add(connection)) {
                connection.refuseAndEnd(Refusal.of(
                        RefusalReason.UNAVAILABLE,
                        "more than " + connections.max() + " connections are open; try again"));
            }
        }
    }

    HttpLimits limits() {
        return limits;
    }

    Connections connections() {
        return connections;
    }

    WallClock clock() {
        return clock;
    }

    BodyBudget bodyBudget() {
        return bodyBudget;
    }

    Dispatcher dispatcher() {
        return dispatcher;
    }

    /** Ends the query threads. Called when no connection is open any more. */
    public void end() throws InterruptedException {
        queryPool.close();
        queryPool.awaitEnd(END_OF_QUERIES_MS);
    }
}
