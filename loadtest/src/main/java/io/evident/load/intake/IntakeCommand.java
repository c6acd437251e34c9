package io.evident.load.intake;

import io.evident.event.AuditEvent;
import io.evident.event.EventLimits;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code evident load search intake}: puts events into PostgreSQL at a rate while it is asked. */
@Command(
        name = "intake",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Puts events into the table that 'evident load search postgres' made, at a rate, until the seconds are over"
                    + " or SIGTERM comes: the events that 'evident load' sends to Evident, of other tenants than the data"
                    + " set's, with times of now. What is due goes in by COPY every 20 ms over each connection, at most"
                    + " 5,000 rows, each batch a transaction of its own with synchronous_commit=off: the receipt of"
                    + " JOURNALED does not wait for the disk either.",
            "What PostgreSQL has not taken a second after it was due is passed over. At the end: events offered and"
                    + " taken in, and the time from a batch's sending until it was committed."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  evident load search intake --postgres 'jdbc:postgresql://127.0.0.1/postgres?user=postgres' --rate 50000",
            "",
            "Exit code: 0 when events were taken in, 1 otherwise, 2 for wrong usage."
        })
public final class IntakeCommand implements Callable<Integer> {
    private static final long MOST_PER_SECOND = 10_000_000;
    private static final int MOST_CONNECTIONS = 64;
    private static final long HIGHEST_NS = 600_000_000_000L;

    @Option(
            names = "--postgres",
            required = true,
            paramLabel = "URL",
            description = "jdbc:postgresql://HOST:PORT/DATABASE?user=NAME")
    private String url;

    @Option(names = "--rate", required = true, description = "events per second, 1 to 10,000,000")
    private long eventsPerSecond;

    @Option(names = "--connections", defaultValue = "1", description = "they share the rate (${DEFAULT-VALUE})")
    private int connections;

    @Option(
            names = "--seconds",
            defaultValue = "0",
            description = "how long; 0: until the process is told to end (${DEFAULT-VALUE})")
    private long seconds;

    @Option(
            names = "--bytes",
            defaultValue = "256",
            description = "size of an event as Evident encodes it (${DEFAULT-VALUE})")
    private int bytes;

    @Option(names = "--seed", defaultValue = "1", description = "seed of the events (${DEFAULT-VALUE})")
    private long seed;

    @Option(names = "--json", description = "print one line of JSON")
    private boolean json;

    @Override
    public Integer call() throws SQLException, InterruptedException {
        if (eventsPerSecond < 1
                || eventsPerSecond > MOST_PER_SECOND
                || connections < 1
                || connections > MOST_CONNECTIONS
                || eventsPerSecond < connections
                || seconds < 0
                || bytes < 1
                || bytes > EventLimits.ATTRIBUTES_BYTES) {
            System.err.println("evident load search intake: --rate is 1 to " + MOST_PER_SECOND
                    + " and no less than --connections, which is 1 to " + MOST_CONNECTIONS
                    + "; --seconds is at least 0; --bytes is 1 to " + EventLimits.ATTRIBUTES_BYTES);
            return CommandLine.ExitCode.USAGE;
        }
        try (EarlyEnd end = EarlyEnd.listen()) {
            IntakeResult result = run(end);
            System.out.println(json ? result.json() : result.text());
            return result.taken() > 0 ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
        }
    }

    /** All connections; the first that fails ends the command, and the threads of the others with it. */
    private IntakeResult run(EarlyEnd end) throws SQLException, InterruptedException {
        List<AuditEvent> events = SyntheticEvents.list(seed, bytes, 0);
        CompletionService<IntakeResult> running = new ExecutorCompletionService<>(task -> {
            Thread thread = new Thread(task, "load-intake");
            thread.setDaemon(true);
            thread.start();
        });
        for (int i = 0; i < connections; i++) {
            IntakeRows rows = new IntakeRows(events, System.nanoTime());
            long share = eventsPerSecond / connections + (i < eventsPerSecond % connections ? 1 : 0);
            running.submit(() -> connect(rows, share, end));
        }
        IntakeResult all = null;
        for (int i = 0; i < connections; i++) {
            try {
                IntakeResult one = running.take().get();
                all = all == null ? one : all.with(one);
            } catch (ExecutionException e) {
                throw new SQLException(e.getCause().getMessage(), e);
            }
        }
        return all;
    }

    private IntakeResult connect(IntakeRows rows, long share, EarlyEnd end) throws SQLException, InterruptedException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("SET synchronous_commit = off");
            CopyManager table = connection.unwrap(PGConnection.class).getCopyAPI();
            return fill(table, rows, new IntakePace(share, System::nanoTime), end);
        }
    }

    private IntakeResult fill(CopyManager table, IntakeRows rows, IntakePace pace, EarlyEnd end)
            throws SQLException, InterruptedException {
        Histogram commit = new Histogram(HIGHEST_NS, 3);
        long endNs = seconds == 0 ? Long.MAX_VALUE : TimeUnit.SECONDS.toNanos(seconds);
        long taken = 0;
        while (!end.isTold() && pace.elapsedNs() < endNs) {
            int due = pace.take();
            if (due > 0) {
                byte[] batch = rows.next(due, ChronoUnit.NANOS.between(Instant.EPOCH, Instant.now()));
                long sentTick = System.nanoTime();
                taken += copy(batch, table);
                commit.recordValue(Math.min(System.nanoTime() - sentTick, HIGHEST_NS));
            }
            end.rest(pace.restNs());
        }
        return new IntakeResult(pace.elapsedNs() / 1e9, pace.offered(), taken, commit);
    }

    /** Without a transaction begun before it, each COPY is one. Returns how many rows are committed. */
    private static long copy(byte[] rows, CopyManager table) throws SQLException {
        CopyIn copy = table.copyIn("COPY events FROM STDIN");
        copy.writeToCopy(rows, 0, rows.length);
        return copy.endCopy();
    }
}
