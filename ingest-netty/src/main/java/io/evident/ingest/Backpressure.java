package io.evident.ingest;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Decides whether a connection is read from: not while its client leaves answers unread, nor while one of its own reasons
 * says so. A client that reads nothing for too long is cut off. Confined to its event loop.
 */
public final class Backpressure extends ChannelInboundHandlerAdapter {
    /** The client does not read its answers. */
    private static final int UNWRITABLE = 1;
    /** The connection has as much in flight as it may have. */
    public static final int SATURATED = 2;
    /** The server stops, or the connection is about to close. */
    public static final int STOPPED = 4;

    private final long writeStallTimeoutMs;
    private final Runnable onResume;
    private ChannelHandlerContext ctx;
    private Deadline writeStall;
    private int reasons;

    /**
     * @param writeStallTimeoutMs how long answers may stay unread
     * @param onResume called when reading begins again
     */
    public Backpressure(long writeStallTimeoutMs, Runnable onResume) {
        this.writeStallTimeoutMs = writeStallTimeoutMs;
        this.onResume = onResume;
    }

    /** Whether reading has stopped, for any reason. */
    public boolean isPaused() {
        return reasons != 0;
    }

    /** Stops reading for a reason. */
    public void pause(int reason) {
        boolean wasPaused = isPaused();
        reasons |= reason;
        if (!wasPaused) {
            ctx.channel().config().setAutoRead(false);
        }
    }

    /** A reason is gone; reading goes on when it was the last. */
    public void resume(int reason) {
        if (!isPaused()) {
            return;
        }
        reasons &= ~reason;
        if (!isPaused()) {
            ctx.channel().config().setAutoRead(true);
            onResume.run();
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
        writeStall = new Deadline(context.channel().eventLoop(), context::close);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (context.channel().isWritable()) {
            writeStall.disarm();
            resume(UNWRITABLE);
        } else {
            writeStall.armOnce(writeStallTimeoutMs);
            pause(UNWRITABLE);
        }
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        writeStall.cancel();
        context.fireChannelInactive();
    }
}
