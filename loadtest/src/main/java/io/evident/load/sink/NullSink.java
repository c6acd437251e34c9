package io.evident.load.sink;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Takes Evident's TCP protocol on one port of the loopback and its HTTP on another, and answers every event with a receipt
 * as soon as it is there. One thread.
 */
public final class NullSink implements AutoCloseable {
    private static final int BACKLOG = 4_096;

    private final Selector selector;
    private final ServerSocketChannel tcp;
    private final ServerSocketChannel http;
    private final Thread thread = new Thread(this::serve, "load-sink");
    private final AtomicReference<IOException> failure = new AtomicReference<>();
    private final AtomicLong answered = new AtomicLong();
    private volatile boolean closed;

    private NullSink(Selector selector, ServerSocketChannel tcp, ServerSocketChannel http) {
        this.selector = selector;
        this.tcp = tcp;
        this.http = http;
    }

    /**
     * Starts to serve.
     *
     * @param tcpPort 0 for any
     * @param httpPort 0 for any
     */
    public static NullSink start(int tcpPort, int httpPort) throws IOException {
        Selector selector = Selector.open();
        NullSink sink = new NullSink(selector, listen(selector, tcpPort), listen(selector, httpPort));
        sink.thread.setDaemon(true);
        sink.thread.start();
        return sink;
    }

    private static ServerSocketChannel listen(Selector selector, int port) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_ACCEPT);
        return channel;
    }

    /** Where TCP is taken. */
    public InetSocketAddress tcpAddress() throws IOException {
        return (InetSocketAddress) tcp.getLocalAddress();
    }

    /** Where HTTP is taken. */
    public InetSocketAddress httpAddress() throws IOException {
        return (InetSocketAddress) http.getLocalAddress();
    }

    /** Events that came over TCP and were answered. Any thread. */
    public long answeredOverTcp() {
        return answered.get();
    }

    /** Waits until it is closed, or fails. */
    public void await() throws IOException, InterruptedException {
        thread.join();
        if (failure.get() != null) {
            throw failure.get();
        }
    }

    private void serve() {
        try {
            while (!closed) {
                selector.select(this::serve);
            }
        } catch (IOException e) {
            failure.set(e);
        }
    }

    private void serve(SelectionKey key) {
        try {
            if (key.isAcceptable()) {
                accept((ServerSocketChannel) key.channel());
            } else {
                SinkConnection connection = (SinkConnection) key.attachment();
                boolean allWritten = connection.serve();
                key.interestOps(allWritten ? SelectionKey.OP_READ : SelectionKey.OP_WRITE);
            }
        } catch (IOException e) {
            // The client is gone, which is how every run ends.
            key.cancel();
            closeQuietly(key);
        }
    }

    private void closeQuietly(SelectionKey key) {
        try {
            key.channel().close();
        } catch (IOException e) {
            failure.compareAndSet(null, e);
        }
    }

    private void accept(ServerSocketChannel from) throws IOException {
        SocketChannel channel = from.accept();
        if (channel != null) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            SinkProtocol protocol = from == tcp ? new FrameSink(answered) : new RequestSink();
            channel.register(selector, SelectionKey.OP_READ, new SinkConnection(channel, protocol));
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }
}
