package io.evident.load.net;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One thread that reads whatever comes over many connections, and wakes the thread that sends over them when that waits
 * for answers.
 *
 * @param <C> a connection
 */
public final class ReadLoop<C> implements AutoCloseable {
    private static final int SELECT_MS = 100;

    private final Selector selector;
    private final Reader<C> reader;
    private final Consumer<C> broken;
    private final Thread thread;
    private volatile Thread waiting;
    private volatile IOException failure;
    private volatile boolean closed;

    /**
     * Takes what has come over a connection.
     *
     * @param <C> a connection
     */
    public interface Reader<C> {
        /** Reads once; the connection's end is an exception. */
        void read(C connection) throws IOException;
    }

    private ReadLoop(Selector selector, String name, Reader<C> reader, Consumer<C> broken) {
        this.selector = selector;
        this.reader = reader;
        this.broken = broken;
        this.thread = new Thread(this::readAll, name);
        thread.setDaemon(true);
    }

    /**
     * Starts the thread.
     *
     * @param reader called by it alone
     * @param broken hears of a connection that broke; the loop's sender is told too
     */
    public static <C> ReadLoop<C> start(
            String name,
            Iterable<C> connections,
            Function<C, SocketChannel> channel,
            Reader<C> reader,
            Consumer<C> broken)
            throws IOException {
        ReadLoop<C> loop = new ReadLoop<>(Selector.open(), name, reader, broken);
        for (C connection : connections) {
            channel.apply(connection).register(loop.selector, SelectionKey.OP_READ, connection);
        }
        loop.thread.start();
        return loop;
    }

    private void readAll() {
        try {
            while (!closed) {
                selector.select(this::read, SELECT_MS);
                LockSupport.unpark(waiting);
            }
        } catch (IOException | RuntimeException | Error e) {
            // Whoever sends throws it: nobody reads any more.
            failure = new IOException("the reading thread ended: " + e, e);
        }
    }

    private void read(SelectionKey key) {
        @SuppressWarnings("unchecked")
        C connection = (C) key.attachment();
        try {
            reader.read(connection);
        } catch (IOException | RuntimeException e) {
            key.cancel();
            broken.accept(connection);
            failure = new IOException("a connection failed: " + e.getMessage(), e);
        }
    }

    /** Waits until something was read, or for so long; the sending thread. */
    public void awaitAnswers(long ns) {
        waiting = Thread.currentThread();
        LockSupport.parkNanos(ns);
        waiting = null;
    }

    /** Throws what went wrong, if anything. */
    public void throwFailure() throws IOException {
        IOException thrown = failure;
        if (thrown != null) {
            throw new IOException(thrown.getMessage(), thrown);
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
        selector.close();
    }
}
