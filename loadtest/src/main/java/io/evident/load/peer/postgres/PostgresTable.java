package io.evident.load.peer.postgres;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The one table that events go into. Immutable. */
record PostgresTable(String url) {
    static final String COLUMNS = "events (id, event_time, outcome, severity, tenant, stream, actor_id, action,"
            + " resource_type, resource_id, attributes)";
    private static final String CREATE = """
            CREATE TABLE events (
              id            uuid        NOT NULL,
              event_time    timestamptz NOT NULL,
              outcome       text        NOT NULL,
              severity      text        NOT NULL,
              tenant        text        NOT NULL,
              stream        text,
              actor_id      text        NOT NULL,
              action        text        NOT NULL,
              resource_type text        NOT NULL,
              resource_id   text        NOT NULL,
              attributes    json,
              PRIMARY KEY (id)
            );
            CREATE INDEX events_tenant_time ON events (tenant, event_time)
            """;

    Connection connect() throws IOException {
        try {
            return DriverManager.getConnection(url);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** Fails as long as the server is not ready. */
    void create() throws IOException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(CREATE);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    long count() throws IOException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT count(*) FROM events")) {
            result.next();
            return result.getLong(1);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    static IOException failed(SQLException e) {
        return new IOException("PostgreSQL: " + e.getMessage(), e);
    }
}
