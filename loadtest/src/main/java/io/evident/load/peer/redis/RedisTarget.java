package io.evident.load.peer.redis;

import io.evident.load.peer.commit.Committer;
import io.evident.load.peer.commit.CommittingSender;
import io.evident.load.peer.commit.RowEncoder;
import io.evident.load.peer.commit.Rows;
import io.evident.load.peer.start.Peer;
import io.evident.load.target.Answers;
import io.evident.load.target.Durability;
import io.evident.load.target.EventBatch;
import io.evident.load.target.Target;
import io.evident.load.target.TargetSender;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Pipelines an {@code XADD} for each event into one stream. */
final class RedisTarget implements Target {
    private static final String STREAM = "events";
    private static final int CONNECTIONS = 2;
    private static final int MOST_EVENTS = 1_000;

    private final int port;
    private final Durability durability;

    RedisTarget(int port, Durability durability) {
        this.port = port;
        this.durability = durability;
    }

    @Override
    public String name() {
        return "redis";
    }

    @Override
    public Durability durability() {
        return durability;
    }

    @Override
    public TargetSender sender(int index, Answers answers) throws IOException {
        List<Committer> connections = new java.util.ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            connections.add(new Pipeline(RespConnection.to(port)));
        }
        return new CommittingSender(
                "redis-" + index, new Xadd(), connections, MOST_EVENTS, Peer.UNANSWERED_EVENTS, answers);
    }

    private record Pipeline(RespConnection connection) implements Committer {
        @Override
        public void commit(Rows rows) throws IOException {
            connection.send(rows.bytes(), rows.length());
            for (int i = 0; i < rows.events(); i++) {
                connection.readReply();
            }
        }

        @Override
        public void close() throws IOException {
            connection.close();
        }
    }

    /** {@code XADD events * e EVENT}. */
    private static final class Xadd implements RowEncoder {
        private static final byte[] COMMAND =
                "*5\r\n$4\r\nXADD\r\n$6\r\nevents\r\n$1\r\n*\r\n$1\r\ne\r\n$".getBytes(StandardCharsets.US_ASCII);
        private static final byte[] END = {'\r', '\n'};

        @Override
        public void append(EventBatch batch, int index, Rows to) {
            to.add(COMMAND).addDecimal(batch.length(index)).add(END);
            to.addEvent(batch, index).add(END);
        }
    }

    @Override
    public long stored() throws IOException {
        try (RespConnection connection = RespConnection.to(port)) {
            byte[] command = ("*2\r\n$4\r\nXLEN\r\n$6\r\n" + STREAM + "\r\n").getBytes(StandardCharsets.US_ASCII);
            connection.send(command, command.length);
            return Long.parseLong(connection.readReply());
        }
    }

    @Override
    public void close() {
        // Each sender has connections of its own.
    }
}
