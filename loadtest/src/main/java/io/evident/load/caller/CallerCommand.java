package io.evident.load.caller;

import io.evident.client.AuditClient;
import io.evident.client.AuditClientBuilder;
import io.evident.event.Tier;
import io.evident.load.caller.CallerFigures.CallsInRow;
import io.evident.load.caller.CallerFigures.ShareOfCore;
import io.evident.load.report.JsonLine;
import io.evident.server.config.HostPort;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code evident load caller}: what auditing costs the application that does it. */
@Command(
        name = "caller",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Is an application that answers requests, and has each of them audited by the Java client: measures"
                        + " the call of send, what it allocates, and the processor time of it all. Seconds without and with audit"
                        + " go by turns. One thread calls.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  evident load caller",
            "  evident load caller --linger-ms 10 --rate 1000 --work-us 300 --json",
            "",
            "Exit code: 0 measured, 1 when an event got no receipt, 2 for wrong usage."
        })
public final class CallerCommand implements Callable<Integer> {
    private static final int MOST_SECONDS = 3_600;
    private static final int US_PER_SECOND = 1_000_000;

    @Option(names = "--tcp", defaultValue = "127.0.0.1:8481", description = "server address (${DEFAULT-VALUE})")
    private String tcp;

    @Option(names = "--tier", defaultValue = "synced", description = "accepted, journaled or synced (${DEFAULT-VALUE})")
    private String tier;

    @Option(
            names = "--linger-ms",
            defaultValue = "0",
            description = "lets events gather for so long (${DEFAULT-VALUE})")
    private int lingerMs;

    @Option(names = "--rate", defaultValue = "1000", description = "requests per second (${DEFAULT-VALUE})")
    private int rate;

    @Option(
            names = "--work-us",
            defaultValue = "300",
            description = "what a request takes besides, in microseconds of a core (${DEFAULT-VALUE})")
    private int workUs;

    @Option(
            names = "--warmup",
            defaultValue = "10",
            description = "seconds before, of each kind, not counted (${DEFAULT-VALUE})")
    private int warmupSeconds;

    @Option(
            names = "--seconds",
            defaultValue = "10",
            description = "seconds of calls in a row, and in each round without and with audit (${DEFAULT-VALUE})")
    private int seconds;

    @Option(names = "--rounds", defaultValue = "3", description = "without and with audit by turns (${DEFAULT-VALUE})")
    private int rounds;

    @Option(names = "--json", description = "print one line of JSON")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        String problem = problem();
        if (problem != null) {
            System.err.println("evident load caller: " + problem);
            return CommandLine.ExitCode.USAGE;
        }
        try (AuditClient client = client().connect()) {
            CallerFigures figures = measure(client);
            System.out.println(json ? JsonLine.of(figures.told()) : figures.text());
            return CommandLine.ExitCode.OK;
        } catch (CompletionException failed) {
            System.err.println("evident load caller: an event got no receipt: "
                    + failed.getCause().getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    private String problem() {
        if (HostPort.parse(tcp) == null) {
            return "--tcp is HOST:PORT, for example 127.0.0.1:8481";
        }
        if (Tier.ofText(tier) == null) {
            return "--tier is accepted, journaled or synced";
        }
        if (rate < 1 || workUs < 1 || (long) rate * workUs > US_PER_SECOND / 2) {
            return "--rate and --work-us are at least 1, and together at most half of a core";
        }
        if (lingerMs < 0 || lingerMs > 1_000) {
            return "--linger-ms is 0 to 1000";
        }
        return warmupSeconds < 0 || warmupSeconds > MOST_SECONDS || seconds < 1 || seconds > MOST_SECONDS || rounds < 1
                ? "--seconds and --rounds are at least 1, --warmup and --seconds at most " + MOST_SECONDS
                : null;
    }

    private AuditClientBuilder client() {
        HostPort address = HostPort.parse(tcp);
        return AuditClient.builder()
                .address(address.host(), address.port())
                .clientName("evident load caller")
                .tier(Tier.ofText(tier))
                .linger(Duration.ofMillis(lingerMs))
                .waitWhenFull(Duration.ofMinutes(1));
    }

    private CallerFigures measure(AuditClient client) {
        AuditedApplication application = new AuditedApplication(client, workUs);
        if (warmupSeconds > 0) {
            application.callInRow(warmupSeconds);
            application.serve(rate, warmupSeconds, false);
            application.serve(rate, warmupSeconds, true);
        }
        application.reset();
        CallsInRow inRow = application.callInRow(seconds);
        List<ShareOfCore> without = new ArrayList<>();
        List<ShareOfCore> with = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            // What comes first changes from round to round, so that what drifts hits both.
            boolean auditedFirst = round % 2 == 1;
            ShareOfCore first = application.serve(rate, seconds, auditedFirst);
            ShareOfCore second = application.serve(rate, seconds, !auditedFirst);
            without.add(auditedFirst ? second : first);
            with.add(auditedFirst ? first : second);
        }
        return new CallerFigures(inRow, application.calls(), application.receipts(), without, with);
    }
}
