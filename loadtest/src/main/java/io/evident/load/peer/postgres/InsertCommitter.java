package io.evident.load.peer.postgres;

import io.evident.load.peer.commit.Committer;
import io.evident.load.peer.commit.Rows;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** A prepared INSERT and a transaction for each row. Rows come in COPY's text format, without anything escaped. */
record InsertCommitter(Connection connection, PreparedStatement insert) implements Committer {
    private static final String INSERT = "INSERT INTO " + PostgresTable.COLUMNS
            + " VALUES (?::uuid, ?::timestamptz, ?, ?, ?, ?, ?, ?, ?, ?, ?::json)";

    static InsertCommitter over(Connection connection) throws IOException {
        try {
            return new InsertCommitter(connection, connection.prepareStatement(INSERT));
        } catch (SQLException e) {
            throw PostgresTable.failed(e);
        }
    }

    @Override
    public void commit(Rows rows) throws IOException {
        String row = new String(rows.bytes(), 0, rows.length() - 1, StandardCharsets.UTF_8);
        String[] fields = row.split(CopyEncoder.NEXT, -1);
        try {
            for (int i = 0; i < fields.length; i++) {
                insert.setString(i + 1, CopyEncoder.NULL.equals(fields[i]) ? null : fields[i]);
            }
            insert.executeUpdate();
        } catch (SQLException e) {
            throw PostgresTable.failed(e);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw PostgresTable.failed(e);
        }
    }
}
