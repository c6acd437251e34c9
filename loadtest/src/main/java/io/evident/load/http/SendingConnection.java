package io.evident.load.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;

/**
 * A keep-alive connection with at most one request in flight. What it was sent is written by the sending thread before
 * the request, and read by the reading one after its answer.
 */
final class SendingConnection implements AutoCloseable {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final int number;
    private final SocketChannel channel;
    private ByteBuffer unwritten = NOTHING;
    private byte[] partial = new byte[0];
    private long intendedNs;
    private long sentNs;
    private volatile int events;

    private SendingConnection(int number, SocketChannel channel) {
        this.number = number;
        this.channel = channel;
    }

    static SendingConnection open(int number, InetSocketAddress address) throws IOException {
        SocketChannel channel = SocketChannel.open(address);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        return new SendingConnection(number, channel);
    }

    int number() {
        return number;
    }

    SocketChannel channel() {
        return channel;
    }

    /** Writes a request as far as the kernel takes it, and keeps the rest. Returns whether that was all. */
    boolean send(byte[] request, int length, int itsEvents, long intended) throws IOException {
        intendedNs = intended;
        sentNs = System.nanoTime();
        events = itsEvents;
        ByteBuffer bytes = ByteBuffer.wrap(request, 0, length);
        channel.write(bytes);
        if (!bytes.hasRemaining()) {
            return true;
        }
        unwritten = ByteBuffer.wrap(Arrays.copyOfRange(request, bytes.position(), length));
        return false;
    }

    /** Writes more of the rest. Returns whether that was all. */
    boolean writeOn() throws IOException {
        channel.write(unwritten);
        return !unwritten.hasRemaining();
    }

    /** Events of the request in flight, 0 without one. */
    int events() {
        return events;
    }

    /** The request is answered. */
    void answered() {
        events = 0;
    }

    long intendedNs() {
        return intendedNs;
    }

    long sentNs() {
        return sentNs;
    }

    byte[] partial() {
        return partial;
    }

    void partial(byte[] bytes, int from, int to) {
        partial = from == to && partial.length == 0 ? partial : Arrays.copyOfRange(bytes, from, to);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
