package io.evident.ingest.tcp;

import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.wire.Farewell;
import io.evident.ingest.Authenticator;
import io.evident.ingest.Backpressure;
import io.evident.ingest.Connections;
import io.evident.ingest.IngestConfig;
import io.evident.ingest.IngestPorts;
import io.evident.ingest.LingeringClose;
import io.evident.ingest.TcpLimits;
import io.evident.ingest.WallClock;
import io.evident.pipeline.admission.EventIntake;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.FastThreadLocal;

/** Sets up the connections of the TCP protocol, and holds what they share. Thread-safe. */
public final class TcpIngest extends ChannelInitializer<Channel> {
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(128 * 1024, 256 * 1024);

    private final TcpLimits limits;
    private final EventIntake intake;
    private final Authenticator authenticator;
    private final Connections connections;
    private final WallClock clock = new WallClock();
    private final FastThreadLocal<LoopState> loopStates;

    public TcpIngest(IngestConfig config, IngestPorts ports, Connections connections) {
        this.limits = config.tcp();
        this.intake = ports.intake();
        this.authenticator = ports.authenticator();
        this.connections = connections;
        this.loopStates = LoopState.perLoop(limits, intake, ports.receipts());
    }

    @Override
    protected void initChannel(Channel channel) {
        channel.config().setWriteBufferWaterMark(WATER_MARK);
        channel.pipeline().addLast(new Opening());
    }

    /** Puts the handlers of a connection in its own place, or says farewell when there are too many. */
    private final class Opening extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            var wiring = new Wiring();
            Backpressure backpressure = new Backpressure(limits.writeStallTimeoutMs(), wiring::resume);
            ctx.pipeline().addLast(backpressure);
            TcpConnection connection = new TcpConnection(TcpIngest.this, ctx, backpressure);
            if (!connections.add(connection)) {
                refuse(ctx, connection);
                return;
            }
            wiring.cutter = new FrameCutter(connection);
            ctx.pipeline().addLast(wiring.cutter);
            wiring.ctx = ctx.pipeline().context(wiring.cutter);
        }

        private void refuse(ChannelHandlerContext ctx, TcpConnection connection) {
            connection.closed();
            Refusal refusal = Refusal.of(
                    RefusalReason.BUSY, "more than " + connections.max() + " connections are open; try again");
            LingeringClose.after(ctx.writeAndFlush(Unpooled.wrappedBuffer(new Farewell(refusal).encode())));
        }
    }

    /** Lets what decides about reading wake what reads. */
    private static final class Wiring {
        private FrameCutter cutter;
        private ChannelHandlerContext ctx;

        void resume() {
            if (ctx == null || ctx.isRemoved()) {
                return;
            }
            try {
                cutter.resume(ctx);
            } catch (Exception e) {
                ctx.fireExceptionCaught(e);
            }
        }
    }

    TcpLimits limits() {
        return limits;
    }

    EventIntake intake() {
        return intake;
    }

    Authenticator authenticator() {
        return authenticator;
    }

    Connections connections() {
        return connections;
    }

    WallClock clock() {
        return clock;
    }

    LoopState loopState() {
        return loopStates.get();
    }
}
