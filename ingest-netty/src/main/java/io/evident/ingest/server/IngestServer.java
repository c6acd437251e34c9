package io.evident.ingest.server;

import io.evident.ingest.Connection;
import io.evident.ingest.Connections;
import io.evident.ingest.IngestConfig;
import io.evident.ingest.IngestPorts;
import io.evident.ingest.http.HttpIngest;
import io.evident.ingest.http.endpoint.RouteTable;
import io.evident.ingest.tcp.TcpIngest;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * Listens for both protocols. It stops in steps, so that the pipeline can be emptied in between:
 *
 * <pre>{@code
 * server.stopIntake();      // nothing more comes in
 * ... drain, force, so that every event is answered ...
 * server.close();           // answers are written, connections and threads end
 * }</pre>
 *
 * Thread-safe.
 */
public final class IngestServer implements AutoCloseable {
    private static final int BACKLOG = 1_024;
    private static final int FIRST_READ_BYTES = 4 << 10;
    /** Read from one connection before it is the next one's turn: a flood on some must not make an event of another wait. */
    private static final int TURN_BYTES = 64 << 10;

    private static final long ANSWERS_MS = 5_000;
    private static final long THREADS_MS = 5_000;
    private static final long POLL_MS = 5;

    private final Connections connections;
    private final RouteTable routes;
    private final HttpIngest http;
    /** A question must not wait behind a flood of events over TCP, nor these behind one over HTTP. */
    private final EventLoopGroup httpLoops;

    private final EventLoopGroup tcpLoops;
    private Channel httpListener;
    private Channel tcpListener;
    private boolean closed;

    private IngestServer(IngestConfig config, IngestPorts ports) {
        connections = new Connections(config.maxConnections());
        routes = new RouteTable(config, ports);
        http = new HttpIngest(config.http(), routes.routes(), ports.authenticator(), connections);
        httpLoops = loops(config.eventLoops(), "evident-http");
        tcpLoops = loops(config.eventLoops(), "evident-tcp");
    }

    private static EventLoopGroup loops(int count, String name) {
        return new MultiThreadIoEventLoopGroup(
                count,
                new DefaultThreadFactory(name),
                Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    }

    /**
     * Begins to listen.
     *
     * @throws IOException when an address cannot be listened at; the message names it
     */
    public static IngestServer start(IngestConfig config, IngestPorts ports) throws IOException {
        IngestServer server = new IngestServer(config, ports);
        try {
            server.httpListener = server.listen(config.httpAddress(), server.httpLoops, server.http);
            server.tcpListener = server.listen(
                    config.tcpAddress(), server.tcpLoops, new TcpIngest(config, ports, server.connections));
            return server;
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    private Channel listen(InetSocketAddress address, EventLoopGroup loops, ChannelHandler connectionSetup)
            throws IOException {
        Class<? extends ServerChannel> listener =
                Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        ChannelFuture bound = new ServerBootstrap()
                .group(loops)
                .channel(listener)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator(1_024, FIRST_READ_BYTES, TURN_BYTES).maxMessagesPerRead(1))
                .childHandler(connectionSetup)
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "cannot listen at " + address + ": " + bound.cause().getMessage(), bound.cause());
        }
        return bound.channel();
    }

    /** Where HTTP listens, with the port that was really taken. */
    public InetSocketAddress httpAddress() {
        return (InetSocketAddress) httpListener.localAddress();
    }

    /** Where the TCP protocol listens, with the port that was really taken. */
    public InetSocketAddress tcpAddress() {
        return (InetSocketAddress) tcpListener.localAddress();
    }

    /** Connections open now, of both protocols. */
    public int openConnections() {
        return connections.size();
    }

    /** Takes no more connections and reads no more from those that are open. Answers still go out. */
    public synchronized void stopIntake() {
        closeListener(httpListener);
        closeListener(tcpListener);
        connections.stopReading();
    }

    private static void closeListener(Channel listener) {
        if (listener != null) {
            listener.close().awaitUninterruptibly();
        }
    }

    /**
     * Closes each connection as soon as what it asked is answered, at the latest after a time.
     *
     * @return whether every answer was written
     */
    public boolean finishConnections(long timeoutMs) throws InterruptedException {
        connections.forEach(Connection::finish);
        boolean finished = awaitNoConnections(timeoutMs);
        connections.forEach(Connection::abort);
        return finished;
    }

    private boolean awaitNoConnections(long timeoutMs) throws InterruptedException {
        long deadlineTick = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        while (connections.size() > 0) {
            if (System.nanoTime() - deadlineTick >= 0) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
        return true;
    }

    /** Ends everything, after {@link #stopIntake} and {@link #finishConnections}. May be called more than once. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        stopIntake();
        try {
            finishConnections(ANSWERS_MS);
            routes.end();
            var http = httpLoops.shutdownGracefully(0, THREADS_MS, TimeUnit.MILLISECONDS);
            var tcp = tcpLoops.shutdownGracefully(0, THREADS_MS, TimeUnit.MILLISECONDS);
            http.await(THREADS_MS, TimeUnit.MILLISECONDS);
            tcp.await(THREADS_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            var unusedHttp = httpLoops.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
            var unusedTcp = tcpLoops.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
            Thread.currentThread().interrupt();
        }
    }
}
