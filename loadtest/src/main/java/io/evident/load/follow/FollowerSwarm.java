package io.evident.load.follow;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/** Many followers, each with a connection of its own, on one thread. What they received is read after {@link #close}. */
final class FollowerSwarm implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 17;
    private static final long CHECK_MS = 20;

    private final LiveEvents events;
    private final LongConsumer arrivals;
    private final Selector selector;
    private final List<Follower> followers = new ArrayList<>();
    private final AtomicLong received = new AtomicLong();
    private final Thread thread = new Thread(this::run, "followers");
    private volatile boolean closing;
    private final AtomicInteger begun = new AtomicInteger();
    private volatile IOException failure;

    /** One connection, and the numbers of the events that came over it. */
    private final class Follower implements SseReader.Listener {
        private final FollowerFilter filter;
        private final SocketChannel channel;
        private final SseReader reader = new SseReader(this);
        private long[] numbers = new long[64];
        private int count;
        private boolean counted;

        Follower(FollowerFilter filter, SocketChannel channel) {
            this.filter = filter;
            this.channel = channel;
        }

        @Override
        public void event(String id) {
            long number = events.number(id);
            if (count == numbers.length) {
                numbers = Arrays.copyOf(numbers, count * 2);
            }
            numbers[count++] = number;
            received.incrementAndGet();
            if (number >= 0) {
                arrivals.accept(number);
            }
        }
    }

    /** @param arrivals hears the number of each event that a follower receives, on the swarm's thread */
    FollowerSwarm(LiveEvents events, LongConsumer arrivals) throws IOException {
        this.events = events;
        this.arrivals = arrivals;
        this.selector = Selector.open();
    }

    /** Adds a follower; before {@link #start}. */
    void add(InetSocketAddress server, FollowerFilter filter) throws IOException {
        SocketChannel channel = SocketChannel.open(server);
        String request = "GET " + filter.path() + " HTTP/1.1\r\nHost: " + server.getHostString() + ':'
                + server.getPort() + "\r\n\r\n";
        channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
        channel.configureBlocking(false);
        Follower follower = new Follower(filter, channel);
        channel.register(selector, SelectionKey.OP_READ, follower);
        followers.add(follower);
    }

    void start() {
        thread.start();
    }

    private void run() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        try {
            while (!closing) {
                selector.select(key -> read((Follower) key.attachment(), buffer));
            }
        } catch (IOException e) {
            failure = e;
        }
    }

    private void read(Follower follower, ByteBuffer buffer) {
        try {
            buffer.clear();
            if (follower.channel.read(buffer) < 0) {
                throw new IOException("the server closed the connection of a follower");
            }
            follower.reader.read(buffer.flip());
            if (!follower.counted && follower.reader.begun()) {
                follower.counted = true;
                begun.incrementAndGet();
            }
        } catch (IOException e) {
            failure = e;
            closing = true;
        }
    }

    /** Waits until all follow. Throws {@link IOException} when one does not get that far. */
    void awaitBegun(long patienceMs) throws IOException, InterruptedException {
        if (!await(() -> begun.get() == followers.size(), patienceMs)) {
            throw new IOException("only " + begun + " of " + followers.size() + " followers were let in");
        }
    }

    /** Waits until so many events came, over all followers, or the patience is over. */
    void awaitReceived(long expected, long patienceMs) throws IOException, InterruptedException {
        await(() -> received.get() >= expected, patienceMs);
    }

    private boolean await(BooleanSupplier condition, long patienceMs) throws IOException, InterruptedException {
        long end = System.nanoTime() + patienceMs * 1_000_000;
        while (!condition.getAsBoolean() && failure == null && System.nanoTime() - end < 0) {
            Thread.sleep(CHECK_MS);
        }
        if (failure != null) {
            throw failure;
        }
        return condition.getAsBoolean();
    }

    int size() {
        return followers.size();
    }

    FollowerFilter filter(int follower) {
        return followers.get(follower).filter;
    }

    /** The numbers of the events that a follower received, as they came; -1 for one that was none of the step's. */
    long[] numbers(int follower) {
        return Arrays.copyOf(followers.get(follower).numbers, followers.get(follower).count);
    }

    @Override
    public void close() throws IOException {
        closing = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Follower follower : followers) {
            follower.channel.close();
        }
        selector.close();
    }
}
