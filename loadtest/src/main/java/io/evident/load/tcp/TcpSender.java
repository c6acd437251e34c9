package io.evident.load.tcp;

import io.evident.event.Tier;
import io.evident.event.wire.EventBatchEncoder;
import io.evident.load.net.ReadLoop;
import io.evident.load.target.EventBatch;
import io.evident.load.target.TargetSender;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Sends over its connections in turn, each batch over the next one that has room in its window. Frames that are due at the
 * same time go into one write.
 */
final class TcpSender implements TargetSender {
    private static final long LONGEST_WAIT_NS = TimeUnit.MILLISECONDS.toNanos(1);
    /** More than this is written at once. */
    private static final int WRITE_BYTES = 32 << 10;
    /** A connection with more to write than this has no room. */
    private static final int MOST_UNWRITTEN = 256 << 10;

    private final List<TcpConnection> connections;
    private final List<TcpConnection> unwritten = new ArrayList<>();
    private final InFlight inFlight;
    private final ReadLoop<TcpConnection> reader;
    private final Tier tier;
    private final EventBatchEncoder encoder = new EventBatchEncoder();
    private int next;

    TcpSender(List<TcpConnection> connections, InFlight inFlight, ReadLoop<TcpConnection> reader, Tier tier) {
        this.connections = connections;
        this.inFlight = inFlight;
        this.reader = reader;
        this.tier = tier;
    }

    @Override
    public boolean send(EventBatch batch, long intendedNs) throws IOException {
        reader.throwFailure();
        TcpConnection connection = withRoomFor(batch);
        if (connection == null) {
            flush();
            reader.awaitAnswers(LONGEST_WAIT_NS);
            return false;
        }
        int before = connection.unwritten();
        for (int first = 0; first < batch.count(); ) {
            first += addFrame(connection, batch, first, intendedNs);
        }
        if (connection.unwritten() >= WRITE_BYTES && connection.write()) {
            unwritten.remove(connection);
        } else if (before == 0) {
            unwritten.add(connection);
        }
        return true;
    }

    private TcpConnection withRoomFor(EventBatch batch) throws IOException {
        // A frame that is not the last has at least half of its bytes filled, or one event.
        int mostFrames =
                2 + 2 * batch.sizeBytes() / connections.get(0).welcome().maxFrameBytes();
        if (inFlight.free() < mostFrames) {
            return null;
        }
        for (int i = connections.size(); i > 0; i--) {
            TcpConnection connection = connections.get(next);
            next = next + 1 == connections.size() ? 0 : next + 1;
            if (connection.hasRoomFor(batch.count(), MOST_UNWRITTEN)) {
                return connection;
            }
            int window = connection.window();
            if (window > 0 && window < batch.count()) {
                throw new IOException("a batch has " + batch.count() + " events, but the server takes no more than "
                        + window + " unanswered events of a connection now");
            }
        }
        return null;
    }

    private int addFrame(TcpConnection connection, EventBatch batch, int first, long intendedNs) {
        int mostBytes = Math.min(
                connection.welcome().maxFrameBytes(),
                EventBatchEncoder.EMPTY_FRAME_BYTES
                        + batch.sizeBytes()
                        + batch.count() * EventBatchEncoder.EVENT_OVERHEAD_BYTES);
        byte[] out = connection.outWithRoom(mostBytes);
        int place = inFlight.take();
        encoder.begin(
                out,
                connection.outEnd(),
                mostBytes,
                Math.min(batch.count() - first, connection.welcome().maxBatchEvents()),
                place,
                tier);
        for (int i = first; i < batch.count(); i++) {
            byte[] event = batch.pool().event(batch.pick(i));
            if (!encoder.add(event, 0, event.length)) {
                break;
            }
            batch.putId(i, out, encoder.lastEventOffset());
        }
        int events = encoder.count();
        inFlight.put(place, events, intendedNs, System.nanoTime());
        connection.added(encoder.finish(), events);
        return events;
    }

    @Override
    public void flush() throws IOException {
        reader.throwFailure();
        for (int i = unwritten.size() - 1; i >= 0; i--) {
            if (unwritten.get(i).write()) {
                unwritten.set(i, unwritten.get(unwritten.size() - 1));
                unwritten.remove(unwritten.size() - 1);
            }
        }
    }

    @Override
    public long unanswered() {
        long events = 0;
        for (TcpConnection connection : connections) {
            events += connection.unanswered();
        }
        return events;
    }

    @Override
    public void close() throws IOException {
        reader.close();
        for (TcpConnection connection : connections) {
            connection.close();
        }
    }
}
