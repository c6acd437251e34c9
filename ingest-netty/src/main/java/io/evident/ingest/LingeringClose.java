package io.evident.ingest;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection whose client may still be sending, so that it can read its last answer: our side is shut, what
 * still comes is thrown away for a short time, then the rest is closed. A plain close would make the kernel answer the
 * unread bytes with a reset, and a reset destroys answers that the client has not read yet.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails ends the connection, and that is noticed
public final class LingeringClose {
    private static final long LINGER_MS = 2_000;
    /** How long the client may take to read what is still to be written. */
    private static final long LAST_WRITE_MS = 120_000;

    private LingeringClose() {}

    /** Begins to close once {@code lastWrite} is done. Called on the channel's event loop. */
    public static void after(ChannelFuture lastWrite) {
        Channel channel = lastWrite.channel();
        channel.pipeline().addFirst(new Discard());
        channel.config().setAutoRead(true);
        closeAfter(channel, LAST_WRITE_MS);
        lastWrite.addListener(written -> {
            if (written.isSuccess() && channel instanceof DuplexChannel duplex) {
                duplex.shutdownOutput();
                closeAfter(channel, LINGER_MS);
            } else {
                channel.close();
            }
        });
    }

    private static void closeAfter(Channel channel, long delayMs) {
        var end = channel.eventLoop().schedule(() -> channel.close(), delayMs, TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(closed -> end.cancel(false));
    }

    /** Throws away what comes in. */
    private static final class Discard extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ReferenceCountUtil.release(message);
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            // Nobody behind this has to decide about reading any more.
        }
    }
}
