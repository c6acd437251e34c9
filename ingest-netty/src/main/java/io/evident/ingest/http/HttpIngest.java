package io.evident.ingest.http;

import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.ingest.Authenticator;
import io.evident.ingest.Backpressure;
import io.evident.ingest.Connections;
import io.evident.ingest.HttpLimits;
import io.evident.ingest.WallClock;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http.HttpResponseEncoder;
import java.util.List;

/** Sets up HTTP connections, and holds what they share. Thread-safe. */
public final class HttpIngest extends ChannelInitializer<Channel> {
    private final HttpLimits limits;
    private final Connections connections;
    private final WallClock clock = new WallClock();
    private final BodyBudget bodyBudget;
    private final Dispatcher dispatcher;

    /** Connections whose requests are answered by these routes. */
    public HttpIngest(HttpLimits limits, List<Route> routes, Authenticator authenticator, Connections connections) {
        this.limits = limits;
        this.connections = connections;
        this.bodyBudget = new BodyBudget(limits.maxBufferedBodyBytes());
        this.dispatcher = new Dispatcher(new Router(routes), authenticator, limits.maxBodyBytes());
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
                        RefusalReason.BUSY, "more than " + connections.max() + " connections are open; try again"));
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
}
