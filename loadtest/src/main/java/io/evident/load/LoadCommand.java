package io.evident.load;

import io.evident.event.EventLimits;
import io.evident.event.Tier;
import io.evident.load.follow.FollowersCommand;
import io.evident.load.intake.EarlyEnd;
import io.evident.load.intake.SyntheticEvents;
import io.evident.load.ledger.CheckCommand;
import io.evident.load.ledger.RecordCommand;
import io.evident.load.pool.EventPool;
import io.evident.load.search.SearchCommand;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code evident load}: offers events to a running server over TCP and prints what came back. */
@Command(
        name = "evident load",
        mixinStandardHelpOptions = true,
        subcommands = {
            RecordCommand.class,
            CheckCommand.class,
            ForceCommand.class,
            SearchCommand.class,
            FollowersCommand.class
        },
        description =
                "Sends generated or real events to a running Evident server over TCP and prints rate and latency.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  evident load --seconds 20                        as fast as 4 connections can, SYNCED",
            "  evident load --tier journaled --batch 1 --rate 50000",
            "  evident load --cloudtrail DIR                    real CloudTrail records, each sending a new id",
            "",
            "It ends by itself after --seconds, or on SIGTERM, and says what it did until then.",
            "Latency: with --rate from the intended send time of a frame, else from its real one.",
            "Exit code: 0 when every answer came and none was a refusal, 1 otherwise, 2 for wrong usage."
        })
public final class LoadCommand implements Callable<Integer> {
    @Option(names = "--tcp", defaultValue = "127.0.0.1:8481", description = "server address (${DEFAULT-VALUE})")
    private String tcp;

    @Option(names = "--tier", defaultValue = "synced", description = "accepted, journaled or synced (${DEFAULT-VALUE})")
    private String tier;

    @Option(names = "--connections", defaultValue = "4", description = "connections (${DEFAULT-VALUE})")
    private int connections;

    @Option(names = "--batch", defaultValue = "500", description = "events per frame (${DEFAULT-VALUE})")
    private int batch;

    @Option(
            names = "--window",
            defaultValue = "8000",
            description = "unanswered events per connection (${DEFAULT-VALUE})")
    private int window;

    @Option(
            names = "--bytes",
            defaultValue = "256",
            description = "encoded size of a generated event (${DEFAULT-VALUE})")
    private int bytes;

    @Option(names = "--critical", defaultValue = "0", description = "share of P0_CRITICAL events, 0 to 1")
    private double critical;

    @Option(
            names = "--cloudtrail",
            paramLabel = "DIR",
            description = "send the records of CloudTrail log files instead")
    private Path cloudtrail;

    @Option(names = "--seconds", defaultValue = "10", description = "measured time (${DEFAULT-VALUE})")
    private int seconds;

    @Option(names = "--warmup", defaultValue = "5", description = "seconds before, not counted (${DEFAULT-VALUE})")
    private int warmupSeconds;

    @Option(
            names = "--events",
            defaultValue = "0",
            description = "stop after so many receipts, before the time is over")
    private long events;

    @Option(
            names = "--rate",
            defaultValue = "0",
            description = "offered events per second over all connections; 0: all it can")
    private long eventsPerSecond;

    @Option(names = "--seed", defaultValue = "1", description = "seed of the generated events (${DEFAULT-VALUE})")
    private long seed;

    @Option(names = "--json", description = "print one line of JSON")
    private boolean json;

    /** Starts the command. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /** The command with all its parts. What cannot be done is said in a line; what should not happen keeps its trace. */
    static CommandLine commandLine() {
        return new CommandLine(new LoadCommand()).setExecutionExceptionHandler((problem, command, parsed) -> {
            if (!(problem instanceof IOException || problem instanceof SQLException)) {
                throw problem;
            }
            String message = problem instanceof FileSystemException ? problem.toString() : problem.getMessage();
            System.err.println(command.getCommandSpec().qualifiedName() + ": " + message);
            return CommandLine.ExitCode.SOFTWARE;
        });
    }

    @Override
    public Integer call() {
        Tier wanted = Tier.ofText(tier);
        InetSocketAddress address = address();
        String problem = problem(wanted, address);
        if (problem != null) {
            System.err.println("evident load: " + problem);
            return CommandLine.ExitCode.USAGE;
        }
        LoadPlan plan = new LoadPlan(
                address, wanted, connections, batch, window, events, seconds, warmupSeconds, eventsPerSecond);
        try (EarlyEnd end = EarlyEnd.listen()) {
            return offer(plan, end);
        } catch (IOException e) {
            System.err.println("evident load: " + (e instanceof FileSystemException ? e.toString() : e.getMessage()));
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    private int offer(LoadPlan plan, EarlyEnd end) throws IOException {
        boolean onTerminal = Boolean.getBoolean("evident.terminal") && !json;
        EventPool pool = EventPool.of(
                cloudtrail == null
                        ? SyntheticEvents.list(seed, bytes, critical)
                        : CloudTrailEvents.readAll(cloudtrail));
        LoadRun.Progress progress = onTerminal ? LoadCommand::showProgress : (w, r, s) -> {};
        LoadResult result = new LoadRun(plan, pool, seed, progress, end::isTold).run();
        if (onTerminal) {
            System.err.print("\r\u001b[K");
        }
        System.out.println(json ? result.json(plan, pool.meanBytes()) : result.text(plan, pool.meanBytes()));
        return result.refused().isEmpty() && result.receipts() > 0
                ? CommandLine.ExitCode.OK
                : CommandLine.ExitCode.SOFTWARE;
    }

    private String problem(Tier wanted, InetSocketAddress address) {
        if (wanted == null) {
            return "--tier is accepted, journaled or synced";
        }
        if (address == null) {
            return "--tcp is HOST:PORT";
        }
        if (address.isUnresolved()) {
            return "there is no host " + address.getHostString();
        }
        if (connections < 1 || batch < 1 || seconds < 1) {
            return "--connections, --batch and --seconds are at least 1";
        }
        if (window < batch) {
            return "--window is at least --batch";
        }
        if (warmupSeconds < 0 || events < 0 || eventsPerSecond < 0) {
            return "--warmup, --events and --rate are at least 0";
        }
        if (bytes < 1 || bytes > EventLimits.ATTRIBUTES_BYTES) {
            return "--bytes is 1 to " + EventLimits.ATTRIBUTES_BYTES;
        }
        return critical >= 0 && critical <= 1 ? null : "--critical is 0 to 1";
    }

    private InetSocketAddress address() {
        int colon = tcp.lastIndexOf(':');
        if (colon < 1) {
            return null;
        }
        try {
            return new InetSocketAddress(tcp.substring(0, colon), Integer.parseInt(tcp.substring(colon + 1)));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static void showProgress(boolean warmingUp, long receipts, double seconds) {
        System.err.printf(
                "\r%s %5.1f s  %,d receipts  %,.0f/s\u001b[K",
                warmingUp ? "warming up" : "measuring ", seconds, receipts, receipts / seconds);
    }
}
