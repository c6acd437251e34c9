package io.evident.load.peer.postgres;

import io.evident.load.peer.commit.Committer;
import io.evident.load.peer.commit.Rows;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;

/** A COPY and a transaction for each request. */
record CopyCommitter(Connection connection, CopyManager copies) implements Committer {
    private static final String COPY = "COPY " + PostgresTable.COLUMNS + " FROM STDIN";

    static CopyCommitter over(Connection connection) throws IOException {
        try {
            return new CopyCommitter(
                    connection, connection.unwrap(PGConnection.class).getCopyAPI());
        } catch (SQLException e) {
            throw PostgresTable.failed(e);
        }
    }

    @Override
    public void commit(Rows rows) throws IOException {
        try {
            CopyIn copy = copies.copyIn(COPY);
            copy.writeToCopy(rows.bytes(), 0, rows.length());
            copy.endCopy();
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
