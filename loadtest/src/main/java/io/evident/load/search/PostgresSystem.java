package io.evident.load.search;

import io.evident.event.Severity;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.Map;

/** PostgreSQL with the table of {@code schema.sql}, asked with prepared statements. Every column of every row is read. */
final class PostgresSystem implements SearchSystem {
    private static final String ROWS = "SELECT * FROM events WHERE ";
    private static final String SPAN = "tenant = ? AND event_time >= ? AND event_time < ?";
    private static final String NEWEST = " ORDER BY event_time DESC, id DESC LIMIT ?";
    private static final int EVENT_TIME_COLUMN = 2;
    private static final int RECEIVED_TIME_COLUMN = 3;
    private static final int COLUMNS = 17;

    private final Connection connection;
    private final Map<Question, PreparedStatement> statements = new EnumMap<>(Question.class);

    /** @param url for the driver, {@code jdbc:postgresql://HOST:PORT/DATABASE?user=NAME} */
    PostgresSystem(String url) throws IOException {
        try {
            connection = DriverManager.getConnection(url);
            for (Question question : Question.values()) {
                statements.put(question, connection.prepareStatement(sql(question)));
            }
        } catch (SQLException e) {
            throw new IOException("PostgreSQL: " + e.getMessage(), e);
        }
    }

    /** The statement of a question; its parameters stand in the order of {@link #bind}. */
    static String sql(Question question) {
        return switch (question) {
            case BY_ID -> ROWS + "id = ?";
            case ACTOR, NOTHING -> ROWS + SPAN + " AND actor_id = ?" + NEWEST;
            case ACTION -> ROWS + SPAN + " AND action = ? AND outcome = ?::outcome" + NEWEST;
            case RESOURCE -> ROWS + SPAN + " AND resource_id = ? AND severity IN (?::severity, ?::severity)" + NEWEST;
            case PAGE -> ROWS + SPAN + NEWEST;
            case DEEP_PAGE -> ROWS + SPAN + " AND (event_time, id) < (?, ?)" + NEWEST;
            case COUNT -> "SELECT count(*) FROM events WHERE " + SPAN;
            case HISTOGRAM ->
                "SELECT extract(epoch FROM date_bin('1 day', event_time, 'epoch'))::bigint AS day, count(*)"
                        + " FROM events WHERE " + SPAN + " GROUP BY day ORDER BY day";
        };
    }

    @Override
    public Answer ask(Asking asking) throws IOException {
        try {
            PreparedStatement statement = statements.get(asking.question());
            bind(statement, asking);
            try (ResultSet result = statement.executeQuery()) {
                return switch (asking.question()) {
                    case COUNT -> count(result);
                    case HISTOGRAM -> histogram(result);
                    default -> rows(result);
                };
            }
        } catch (SQLException e) {
            throw new IOException("PostgreSQL: " + asking + ": " + e.getMessage(), e);
        }
    }

    private static void bind(PreparedStatement statement, Asking asking) throws SQLException {
        if (asking.question() == Question.BY_ID) {
            statement.setObject(1, asking.id());
            return;
        }
        int at = 1;
        statement.setString(at++, asking.tenant());
        statement.setObject(at++, time(asking.fromUs()));
        statement.setObject(at++, time(asking.toUs()));
        if (asking.actor() != null) {
            statement.setString(at++, asking.actor());
        }
        if (asking.action() != null) {
            statement.setString(at++, asking.action());
            statement.setString(at++, asking.outcome().text());
        }
        if (asking.resource() != null) {
            statement.setString(at++, asking.resource());
            for (Severity severity : asking.severities()) {
                statement.setString(at++, severity.name());
            }
        }
        if (asking.after() != null) {
            statement.setObject(at++, time(asking.after().lastUs()));
            statement.setObject(at++, asking.after().lastId());
        }
        if (asking.question() != Question.COUNT && asking.question() != Question.HISTOGRAM) {
            statement.setInt(at, asking.limit());
        }
    }

    private static OffsetDateTime time(long us) {
        return Instant.EPOCH.plus(us, ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
    }

    private static Answer rows(ResultSet result) throws SQLException {
        Fingerprint fingerprint = new Fingerprint();
        while (result.next()) {
            fingerprint.row(result.getString(1));
            result.getObject(EVENT_TIME_COLUMN, OffsetDateTime.class);
            result.getObject(RECEIVED_TIME_COLUMN, OffsetDateTime.class);
            for (int column = RECEIVED_TIME_COLUMN + 1; column <= COLUMNS; column++) {
                result.getString(column);
            }
        }
        return fingerprint.answer(false);
    }

    private static Answer count(ResultSet result) throws SQLException {
        Fingerprint fingerprint = new Fingerprint();
        result.next();
        fingerprint.row(0, result.getLong(1));
        return fingerprint.answer(false);
    }

    private static Answer histogram(ResultSet result) throws SQLException {
        Fingerprint fingerprint = new Fingerprint();
        while (result.next()) {
            fingerprint.row(result.getLong(1), result.getLong(2));
        }
        return fingerprint.answer(false);
    }

    @Override
    public void close() throws IOException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IOException("PostgreSQL: " + e.getMessage(), e);
        }
    }
}
