package io.evident.load.tcp;

import io.evident.event.Tier;
import io.evident.load.net.ReadLoop;
import io.evident.load.target.Answers;
import io.evident.load.target.Durability;
import io.evident.load.target.StoredCount;
import io.evident.load.target.Target;
import io.evident.load.target.TargetSender;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** Evident over TCP. Connects when its senders are asked for. */
public final class TcpTarget implements Target {
    private static final int MOST_FRAMES_IN_FLIGHT = 1 << 20;
    /** A batch that does not fit into one frame takes some more places. */
    private static final int SPARE_FRAMES = 256;

    private final InetSocketAddress address;
    private final Tier tier;
    private final int connections;
    private final int loops;
    private final int batch;
    private final int window;
    private final StoredCount stored;

    /**
     * Nothing is connected yet.
     *
     * @param connections over all loops, at least one for each
     * @param loops how many senders there will be
     * @param batch most events of a batch
     * @param window events that a connection keeps unanswered at the most, at least as many as a batch has
     */
    public TcpTarget(
            InetSocketAddress address,
            Tier tier,
            int connections,
            int loops,
            int batch,
            int window,
            StoredCount stored) {
        this.address = address;
        this.tier = tier;
        this.connections = connections;
        this.loops = loops;
        this.batch = batch;
        this.window = window;
        this.stored = stored;
    }

    @Override
    public String name() {
        return "evident tcp " + tier.text();
    }

    @Override
    public Durability durability() {
        return durabilityOf(tier);
    }

    /** What a receipt of a tier promises. */
    public static Durability durabilityOf(Tier tier) {
        return switch (tier) {
            case ACCEPTED -> Durability.MEMORY;
            case JOURNALED -> Durability.PAGE_CACHE;
            default -> Durability.FORCED;
        };
    }

    @Override
    public TargetSender sender(int index, Answers answers) throws IOException {
        List<TcpConnection> opened = new ArrayList<>();
        try {
            for (int i = index; i < connections; i += loops) {
                TcpConnection connection = TcpConnection.open(address, window);
                opened.add(connection);
                if (batch > connection.welcome().window()) {
                    throw new IOException("--batch is " + batch + ", but the server takes no more than "
                            + connection.welcome().window() + " unanswered events of a connection");
                }
            }
            long frames = (long) opened.size() * (window / batch + 1) + SPARE_FRAMES;
            InFlight inFlight = new InFlight((int) Math.min(frames, MOST_FRAMES_IN_FLIGHT));
            TcpReader reader = new TcpReader(inFlight, answers);
            ReadLoop<TcpConnection> loop =
                    ReadLoop.start("load-receive-" + index, opened, TcpConnection::channel, reader, reader::broken);
            return new TcpSender(opened, inFlight, loop, tier);
        } catch (IOException | RuntimeException e) {
            for (TcpConnection connection : opened) {
                connection.close();
            }
            throw e;
        }
    }

    @Override
    public long stored() throws IOException {
        return stored.events();
    }

    @Override
    public void close() {
        // The senders have the connections.
    }
}
