package io.evident.client.connection;

import io.evident.event.Refusal;
import io.evident.event.wire.FrameLayout;
import io.evident.event.wire.FrameView;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Arrays;

/** One TCP connection, not blocking, as frames: one outgoing at a time, incoming as they come. For the client's thread. */
public final class FrameChannel implements Closeable {
    /** Room of the outgoing frame: large enough to fill a network's buffers, and for the largest event. */
    public static final int OUTGOING_BYTES = 256 * 1024;

    private static final int FIRST_INCOMING_BYTES = 64 * 1024;

    private final SocketChannel channel;
    private final SelectionKey key;
    private final byte[] outgoing = new byte[OUTGOING_BYTES];
    private final ByteBuffer unwritten = ByteBuffer.wrap(outgoing).limit(0);
    private byte[] incoming = new byte[FIRST_INCOMING_BYTES];
    private int incomingFrom;
    private int incomingTo;

    private FrameChannel(SocketChannel channel, SelectionKey key) {
        this.channel = channel;
        this.key = key;
    }

    /** Begins to connect; {@link #finishConnect} tells when it is done. */
    public static FrameChannel connect(Selector selector, InetSocketAddress address) throws IOException {
        if (address.isUnresolved()) {
            throw new UnknownHostException(address.getHostString());
        }
        SocketChannel channel = SocketChannel.open();
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            // Where a connection stands at once, the selector never tells that it may be finished.
            int interest = channel.connect(address) ? SelectionKey.OP_WRITE : SelectionKey.OP_CONNECT;
            return new FrameChannel(channel, channel.register(selector, interest));
        } catch (IOException | RuntimeException failed) {
            channel.close();
            throw failed;
        }
    }

    /** Whether the connection stands. */
    public boolean finishConnect() throws IOException {
        if (!channel.finishConnect()) {
            return false;
        }
        key.interestOps(SelectionKey.OP_READ);
        return true;
    }

    /** Where the next outgoing frame goes, once the last one is {@link #flushed()}. */
    public byte[] outgoing() {
        return outgoing;
    }

    /** Whether the network has taken all of the last frame. */
    public boolean flushed() {
        return !unwritten.hasRemaining();
    }

    /** Sends the first bytes of {@link #outgoing()}, now as far as the network takes them. */
    public void send(int length) throws IOException {
        unwritten.position(0).limit(length);
        flush();
    }

    /** Sends a small frame; the last one has to be {@link #flushed()}. */
    public void send(byte[] frame) throws IOException {
        System.arraycopy(frame, 0, outgoing, 0, frame.length);
        send(frame.length);
    }

    /** Goes on with what the network did not take before. */
    public void flush() throws IOException {
        if (unwritten.hasRemaining()) {
            channel.write(unwritten);
        }
        int interest = flushed() ? SelectionKey.OP_READ : SelectionKey.OP_READ | SelectionKey.OP_WRITE;
        if (key.interestOps() != interest) {
            key.interestOps(interest);
        }
    }

    /**
     * Reads what has arrived. Views of earlier frames are not valid after it.
     *
     * @return false when nothing had
     */
    public boolean read() throws IOException {
        if (incomingFrom > 0) {
            System.arraycopy(incoming, incomingFrom, incoming, 0, incomingTo - incomingFrom);
            incomingTo -= incomingFrom;
            incomingFrom = 0;
        }
        int count = channel.read(ByteBuffer.wrap(incoming, incomingTo, incoming.length - incomingTo));
        if (count < 0) {
            throw new EOFException("the server closed the connection");
        }
        incomingTo += count;
        return count > 0;
    }

    /** Shows the next whole frame that has been read; false when there is none. */
    public boolean nextFrame(FrameView view) throws ConversationException {
        int available = incomingTo - incomingFrom;
        if (available < FrameLayout.LENGTH_BYTES) {
            return false;
        }
        long length = FrameLayout.frameLength(incoming, incomingFrom);
        Refusal refusal = FrameLayout.checkFrameLength(length, FrameLayout.DEFAULT_MAX_FRAME_BYTES);
        if (refusal != null) {
            throw ConversationException.endedByClient(refusal);
        }
        if (length > available) {
            makeRoomFor((int) length);
            return false;
        }
        refusal = view.wrap(incoming, incomingFrom, (int) length);
        incomingFrom += (int) length;
        if (refusal != null) {
            throw ConversationException.endedByClient(refusal);
        }
        return true;
    }

    private void makeRoomFor(int frameLength) {
        if (frameLength > incoming.length) {
            incoming = Arrays.copyOf(incoming, frameLength + FIRST_INCOMING_BYTES);
        }
    }

    @Override
    public void close() throws IOException {
        key.cancel();
        channel.close();
    }
}
