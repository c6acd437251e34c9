package io.evident.ingest.tcp;

import io.evident.event.Refusal;
import io.evident.event.wire.FrameLayout;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/** Cuts the bytes of a connection into frames, and stops when the connection does not want more for now. */
final class FrameCutter extends ByteToMessageDecoder {
    private final TcpConnection connection;
    private final byte[] lengthBytes = new byte[FrameLayout.LENGTH_BYTES];

    FrameCutter(TcpConnection connection) {
        this.connection = connection;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        while (connection.wantsFrames() && cutOne(in)) {
            connection.frameCut();
        }
        connection.frameBegun(in.isReadable());
    }

    /** Whether a whole frame was there. */
    private boolean cutOne(ByteBuf in) {
        if (in.readableBytes() < FrameLayout.LENGTH_BYTES) {
            return false;
        }
        in.getBytes(in.readerIndex(), lengthBytes);
        long length = FrameLayout.frameLength(lengthBytes, 0);
        Refusal wrongLength = FrameLayout.checkFrameLength(length, connection.maxFrameBytes());
        if (wrongLength != null) {
            in.skipBytes(in.readableBytes());
            connection.farewell(wrongLength);
            return false;
        }
        if (in.readableBytes() < length) {
            return false;
        }
        in.readBytes(connection.frameBytes(), 0, (int) length);
        connection.frame((int) length);
        return true;
    }

    /** Goes on with the bytes that are there already. */
    void resume(ChannelHandlerContext ctx) throws Exception {
        channelRead(ctx, Unpooled.EMPTY_BUFFER);
    }

    @Override
    protected void decodeLast(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        // The client is gone: nobody waits for the answer to what it left behind.
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        connection.failed(cause);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        connection.closed();
        super.channelInactive(ctx);
    }
}
