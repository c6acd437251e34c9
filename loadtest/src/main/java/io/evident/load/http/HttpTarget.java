package io.evident.load.http;

import io.evident.event.Tier;
import io.evident.load.net.IndexRing;
import io.evident.load.net.ReadLoop;
import io.evident.load.target.Answers;
import io.evident.load.target.Durability;
import io.evident.load.target.StoredCount;
import io.evident.load.target.Target;
import io.evident.load.target.TargetSender;
import io.evident.load.tcp.TcpTarget;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Evident over HTTP/1.1 with keep-alive and without pipelining. Connects when its senders are asked for. */
public final class HttpTarget implements Target {
    private static final int DEFAULT_PORT = 80;

    private final URI server;
    private final Tier tier;
    private final HttpForm form;
    private final int connections;
    private final int loops;
    private final StoredCount stored;

    /**
     * Nothing is connected yet.
     *
     * @param connections over all loops, at least one for each
     * @param loops how many senders there will be
     */
    public HttpTarget(URI server, Tier tier, HttpForm form, int connections, int loops, StoredCount stored) {
        this.server = server;
        this.tier = tier;
        this.form = form;
        this.connections = connections;
        this.loops = loops;
        this.stored = stored;
    }

    @Override
    public String name() {
        return "evident http " + form.name().toLowerCase(Locale.ROOT) + ' ' + tier.text();
    }

    @Override
    public Durability durability() {
        return TcpTarget.durabilityOf(tier);
    }

    @Override
    public TargetSender sender(int index, Answers answers) throws IOException {
        int port = server.getPort() < 0 ? DEFAULT_PORT : server.getPort();
        List<SendingConnection> opened = new ArrayList<>();
        try {
            for (int i = index; i < connections; i += loops) {
                opened.add(SendingConnection.open(opened.size(), new InetSocketAddress(server.getHost(), port)));
            }
            IndexRing free = new IndexRing(opened.size(), true);
            AnswerReader answerReader = new AnswerReader(free, answers);
            ReadLoop<SendingConnection> loop = ReadLoop.start(
                    "load-receive-" + index, opened, SendingConnection::channel, answerReader, answerReader::broken);
            RequestBuffer request =
                    new RequestBuffer("/v1/events?tier=" + tier.text(), server.getHost() + ':' + port, form);
            return new PostingSender(opened, free, answerReader, loop, request);
        } catch (IOException | RuntimeException e) {
            for (SendingConnection connection : opened) {
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
