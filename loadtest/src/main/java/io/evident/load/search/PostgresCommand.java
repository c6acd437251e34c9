package io.evident.load.search;

import io.evident.load.dataset.DataSet;
import io.evident.load.intake.CopyRows;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Callable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code evident load search postgres}: puts the data set into PostgreSQL. */
@Command(
        name = "postgres",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Puts the data set into an empty PostgreSQL database by COPY, then makes the indexes, and runs VACUUM"
                    + " ANALYZE. Prints the bytes of the table and of the indexes."
        },
        footerHeading = "%nExit code: 0 when all rows are there, 1 otherwise, 2 for wrong usage.%n")
final class PostgresCommand implements Callable<Integer> {
    private static final int FLUSH_CHARACTERS = 1 << 16;

    @Mixin
    private DataSetOptions dataSet;

    @Option(
            names = "--postgres",
            required = true,
            paramLabel = "URL",
            description = "jdbc:postgresql://HOST:PORT/DATABASE?user=NAME")
    private String url;

    @Override
    public Integer call() throws IOException, SQLException {
        DataSet events = dataSet.dataSet();
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(resource("schema.sql"));
            System.out.println("copied " + copy(events, connection));
            long beginTick = System.nanoTime();
            statement.execute(resource("indexes.sql"));
            System.out.printf("indexed in %,.1f s%n", (System.nanoTime() - beginTick) / 1e9);
            statement.execute("VACUUM (ANALYZE) events");
            statement.execute("CHECKPOINT");
            long rows = number(statement, "SELECT count(*) FROM events");
            System.out.printf(
                    "%,d rows, %d bytes of table, %d bytes of indexes%n",
                    rows,
                    number(statement, "SELECT pg_table_size('events')"),
                    number(statement, "SELECT pg_indexes_size('events')"));
            return rows == events.events() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
        }
    }

    private static String copy(DataSet events, Connection connection) throws SQLException {
        CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn("COPY events FROM STDIN");
        FillProgress progress = new FillProgress(events.events(), 0);
        StringBuilder rows = new StringBuilder(FLUSH_CHARACTERS * 2);
        for (long number = 0; number < events.events(); number++) {
            CopyRows.append(rows, events.event(number));
            if (rows.length() >= FLUSH_CHARACTERS) {
                flush(rows, copy);
                progress.at(number);
            }
        }
        flush(rows, copy);
        copy.endCopy();
        return progress.end(events.events());
    }

    private static void flush(StringBuilder rows, CopyIn copy) throws SQLException {
        byte[] utf8 = rows.toString().getBytes(StandardCharsets.UTF_8);
        copy.writeToCopy(utf8, 0, utf8.length);
        rows.setLength(0);
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = PostgresCommand.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static long number(Statement statement, String sql) throws SQLException {
        try (ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getLong(1);
        }
    }
}
