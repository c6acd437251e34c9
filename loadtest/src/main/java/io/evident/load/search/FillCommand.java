package io.evident.load.search;

import io.evident.client.AuditClient;
import io.evident.event.Receipt;
import io.evident.event.Tier;
import io.evident.load.dataset.DataSet;
import io.evident.load.http.HttpConnection;
import io.evident.server.config.HostPort;
import io.evident.server.json.JsonTree;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code evident load search fill}: sends the data set to a running server, and looks whether all of it is there. */
@Command(
        name = "fill",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Sends the data set to a running server over TCP at JOURNALED, as fast as it goes, and compares the number"
                    + " of events with what the server counts. What is there already is passed over, so it can be"
                    + " stopped and begun again."
        },
        footerHeading = "%nExit code: 0 when all events are there, 1 otherwise, 2 for wrong usage.%n")
final class FillCommand implements Callable<Integer> {
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int PENDING_EVENTS = 16_384;
    /** So far before the first event that is missing sending begins again: events of several shards are stored in turns. */
    private static final long OVERLAP_EVENTS = 4L * PENDING_EVENTS;

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int PROGRESS_EVERY = 1_024;

    @Mixin
    private DataSetOptions dataSet;

    @Option(names = "--tcp", defaultValue = "127.0.0.1:8481", description = "server address (${DEFAULT-VALUE})")
    private String tcp;

    @Option(names = "--http", defaultValue = "http://127.0.0.1:8480", description = "server URL (${DEFAULT-VALUE})")
    private URI http;

    private final AtomicLong stored = new AtomicLong();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    @Override
    public Integer call() throws IOException {
        DataSet events = dataSet.dataSet();
        try (HttpConnection server = HttpConnection.open(http)) {
            long first = firstToSend(server, events);
            if (!send(events, first)) {
                System.err.println("evident load search fill: " + failure.get() + "; begin again to go on");
                return CommandLine.ExitCode.SOFTWARE;
            }
        }
        // A connection of its own: the first was idle for as long as sending took.
        try (HttpConnection server = HttpConnection.open(http)) {
            long counted = count(server);
            System.out.printf("%,d events of the data set are stored%n", counted);
            return counted == events.events() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
        }
    }

    /** Events are sent in their order, so what is missing lies behind what is there. */
    private static long firstToSend(HttpConnection server, DataSet events) throws IOException {
        long missing = firstMissing(server, events);
        return missing == events.events() ? missing : Math.max(0, missing - OVERLAP_EVENTS);
    }

    private static long firstMissing(HttpConnection server, DataSet events) throws IOException {
        long there = 0;
        long missing = events.events();
        while (there < missing) {
            long middle = there + (missing - there) / 2;
            if (isThere(server, events, middle)) {
                there = middle + 1;
            } else {
                missing = middle;
            }
        }
        return missing;
    }

    private static boolean isThere(HttpConnection server, DataSet events, long number) throws IOException {
        int status = server.get("/v1/events/" + events.id(number));
        if (status != OK && status != NOT_FOUND) {
            throw new IOException("the server answered " + status + ": " + server.bodyText());
        }
        return status == OK;
    }

    private boolean send(DataSet events, long first) throws IOException {
        HostPort address = HostPort.parse(tcp);
        FillProgress progress = new FillProgress(events.events(), first);
        stored.set(first);
        try (AuditClient client = AuditClient.builder()
                .address(address.host(), address.port())
                .clientName("evident-load")
                .tier(Tier.JOURNALED)
                .maxPendingEvents(PENDING_EVENTS)
                .waitWhenFull(PATIENCE)
                .eventDeadline(PATIENCE)
                .retryDeadline(PATIENCE)
                .closeTimeout(PATIENCE)
                .connect()) {
            for (long number = first; number < events.events() && failure.get() == null; number++) {
                client.send(events.event(number)).whenComplete(this::answered);
                if (number % PROGRESS_EVERY == 0) {
                    progress.at(stored.get());
                }
            }
        }
        System.out.println("sent " + progress.end(stored.get()));
        return failure.get() == null;
    }

    /** A duplicate is a success, too: it was stored by an earlier sending. */
    private void answered(Receipt receipt, Throwable problem) {
        if (problem == null) {
            stored.incrementAndGet();
        } else {
            failure.compareAndSet(null, problem);
        }
    }

    /** Followers' events have tenants of the same names, and times after these. */
    private static long count(HttpConnection server) throws IOException {
        int status = server.get(
                "/v1/events/count?tenant=" + DataSet.TENANT_PREFIX + "*&from=" + DataSet.START + "&to=" + DataSet.END);
        if (status != OK) {
            throw new IOException("the server did not count: " + status + " " + server.bodyText());
        }
        return JsonTree.parse(server.bodyText().getBytes(StandardCharsets.UTF_8))
                .at("count")
                .number(-1);
    }
}
