package io.evident.load.peer.postgres;

import io.evident.load.peer.commit.Committer;
import io.evident.load.peer.commit.CommittingSender;
import io.evident.load.target.Answers;
import io.evident.load.target.Durability;
import io.evident.load.target.Target;
import io.evident.load.target.TargetSender;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Sends rows to a table over JDBC. */
final class PostgresTarget implements Target {
    private final PostgresTable table;
    private final PostgresWay way;
    private final Durability durability;

    PostgresTarget(PostgresTable table, PostgresWay way, Durability durability) {
        this.table = table;
        this.way = way;
        this.durability = durability;
    }

    @Override
    public String name() {
        return way.peer();
    }

    @Override
    public Durability durability() {
        return durability;
    }

    @Override
    public TargetSender sender(int index, Answers answers) throws IOException {
        List<Committer> connections = new ArrayList<>();
        for (int i = 0; i < way.connections(); i++) {
            connections.add(
                    way == PostgresWay.COPY
                            ? CopyCommitter.over(table.connect())
                            : InsertCommitter.over(table.connect()));
        }
        return new CommittingSender(
                way.peer() + "-" + index, new CopyEncoder(), connections, way.mostRows(), way.window(), answers);
    }

    @Override
    public long stored() throws IOException {
        return table.count();
    }

    @Override
    public void close() {
        // Each sender has connections of its own.
    }
}
