package io.evident.ingest;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** The open connections of both protocols, and their limit. Thread-safe. */
public final class Connections {
    private final int max;
    private final AtomicInteger count = new AtomicInteger();
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private volatile boolean stopped;

    /** Room for so many. */
    public Connections(int max) {
        this.max = max;
    }

    /**
     * Takes a new connection in.
     *
     * @return false when there are too many; the connection has to be refused then
     */
    public boolean add(Connection connection) {
        if (count.incrementAndGet() > max) {
            count.decrementAndGet();
            return false;
        }
        open.add(connection);
        if (stopped) {
            connection.stopReading();
        }
        return true;
    }

    /** A connection that was taken in has closed. */
    public void remove(Connection connection) {
        if (open.remove(connection)) {
            count.decrementAndGet();
        }
    }

    /** The most connections there may be. */
    public int max() {
        return max;
    }

    /** Connections open now. */
    public int size() {
        return count.get();
    }

    /** Reads no more from any, also not from those to come. */
    public void stopReading() {
        stopped = true;
        open.forEach(Connection::stopReading);
    }

    /** Does something with each that is open. */
    public void forEach(Consumer<Connection> action) {
        open.forEach(action);
    }
}
