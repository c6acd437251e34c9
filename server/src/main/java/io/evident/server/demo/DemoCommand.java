package io.evident.server.demo;

import io.evident.server.ask.CommandFailure;
import io.evident.server.command.StopSignal;
import io.evident.server.config.OccasionConfig;
import io.evident.server.config.PriorityConfig;
import io.evident.server.config.ServerConfig;
import io.evident.server.config.load.ConfigException;
import io.evident.server.config.load.ConfigLoader;
import io.evident.server.logging.LogSetup;
import io.evident.server.metrics.LatencySummaries;
import io.evident.server.metrics.RoadSnapshot;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A server with sample traffic, to look at. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Run a server with sample traffic, show what becomes of it, ask it first questions, and leave it running.",
            "The data go to a fresh directory that is deleted at the end, unless --data names one."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  evident demo                 ten seconds of traffic, then the server stays until Ctrl-C",
            "  evident demo --seconds 5     five seconds of traffic, then it ends",
            "",
            "Exit codes: 0 done, 1 failed, 2 wrong usage."
        })
public final class DemoCommand implements Callable<Integer> {
    /** Set by the launcher when somebody watches standard output. */
    private static final String TERMINAL = "evident.terminal.out";

    private static final int DEFAULT_SECONDS = 10;
    private static final String CLEAR_LINE = "\u001b[K";

    @Spec
    private CommandSpec spec;

    @Option(names = "--seconds", paramLabel = "N", description = "Seconds of traffic; the demo ends after them.")
    private Integer seconds;

    @Option(names = "--data", paramLabel = "DIR", description = "Keep the data in this directory.")
    private Path data;

    @Option(names = "--http", paramLabel = "HOST:PORT", description = "HTTP address (default: 127.0.0.1:8480).")
    private String http;

    @Option(names = "--tcp", paramLabel = "HOST:PORT", description = "TCP address (default: 127.0.0.1:8481).")
    private String tcp;

    @Option(names = "--json", description = "Print the result as one line of JSON instead of the table.")
    private boolean json;

    private final DemoServer.Launcher launcher;
    private PrintWriter out;

    /** The command, for a server that the launcher starts. */
    public DemoCommand(DemoServer.Launcher launcher) {
        this.launcher = launcher;
    }

    @Override
    public Integer call() throws CommandFailure {
        out = spec.commandLine().getOut();
        StopSignal signal = StopSignal.install();
        int exitCode = 1;
        try {
            run(signal);
            exitCode = 0;
        } catch (IOException e) {
            throw new CommandFailure("the demo failed: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("the demo was interrupted", e);
        } finally {
            signal.done(exitCode);
        }
        return exitCode;
    }

    private void run(StopSignal signal) throws IOException, InterruptedException, CommandFailure {
        Path directory = data == null ? Files.createTempDirectory("evident-demo-") : data;
        try {
            show(signal, directory);
        } finally {
            if (data == null) {
                delete(directory);
            }
        }
    }

    private void show(StopSignal signal, Path directory) throws IOException, InterruptedException, CommandFailure {
        ServerConfig config = config(directory);
        LogSetup.apply(config.logging());
        if (!json) {
            say("Evident demo: a wedding platform's services send audit events over TCP to a server on this machine.");
            say("");
        }
        try (DemoServer server = launcher.start(config)) {
            ReceiptCounts receipts = new ReceiptCounts();
            double eventsPerSecond = showTraffic(server, receipts, signal);
            if (signal.await(1)) {
                say("Stopped before its time.");
                return;
            }
            RoadSnapshot road = server.metrics().lookNow();
            if (json) {
                say(DemoJson.of(road, eventsPerSecond, receipts));
            } else {
                finalScreen(server, road, eventsPerSecond, receipts);
            }
            if (seconds == null) {
                leaveRunning(server, directory, signal);
            }
        }
    }

    private ServerConfig config(Path directory) throws CommandFailure {
        List<ConfigLoader.Flag> flags = new ArrayList<>();
        flags.add(new ConfigLoader.Flag("--data", "data", directory.toString()));
        flags.add(new ConfigLoader.Flag("demo", "logging.level", "warn"));
        if (http != null) {
            flags.add(new ConfigLoader.Flag("--http", "http.address", http));
        }
        if (tcp != null) {
            flags.add(new ConfigLoader.Flag("--tcp", "tcp.address", tcp));
        }
        try {
            ServerConfig config = ConfigLoader.load(null, System.getenv(), flags);
            return config.withPriority(withStory(config.priority()));
        } catch (ConfigException e) {
            throw new CommandFailure("the configuration is refused: " + e.getMessage(), e);
        }
    }

    /**
     * The wedding that is taking place while the demo runs, whose events are CRITICAL by the rule for occasions; and the
     * label that makes an event ELEVATED by the rule for protected data.
     */
    private static PriorityConfig withStory(PriorityConfig priority) {
        LocalDateTime now = LocalDateTime.now(ZoneOffset.UTC);
        List<OccasionConfig> calendar = new ArrayList<>(priority.calendar());
        calendar.add(
                new OccasionConfig(SampleEvents.OCCASION_STREAM, now.minusHours(1), now.plusHours(12), ZoneOffset.UTC));
        return priority.with(calendar, Set.of(SampleEvents.PROTECTED_LABEL));
    }

    /**
     * Sends for the wanted time, redrawing the table each second on a terminal; returns the mean events per second after
     * the warm-up.
     */
    private double showTraffic(DemoServer server, ReceiptCounts receipts, StopSignal signal)
            throws IOException, InterruptedException {
        int wanted = seconds == null ? DEFAULT_SECONDS : seconds;
        boolean redraw = Boolean.getBoolean(TERMINAL) && !json;
        int drawn = 0;
        long started = System.nanoTime();
        long warmSince = started;
        long storedCold = 0;
        try (SampleTraffic traffic = new SampleTraffic(server.tcpAddress(), receipts, warmUpSeconds(wanted));
                Dashboard dashboard = new Dashboard(server.httpAddress())) {
            for (int second = 1; second <= wanted; second++) {
                if (second == warmUpSeconds(wanted) + 1) {
                    server.metrics().restartLatencies();
                    warmSince = System.nanoTime();
                    storedCold = stored(server);
                }
                long deadline = started + TimeUnit.SECONDS.toNanos(second);
                if (signal.await(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())))) {
                    break;
                }
                if (redraw) {
                    drawn = redraw(server.metrics().last(), receipts, drawn, second, wanted);
                } else if (!json) {
                    say(String.format(
                            Locale.ROOT,
                            "  second %2d   %,.0f events/s",
                            second,
                            server.metrics().last().storedPerSecond()));
                }
            }
            traffic.stop();
            if (dashboard.failure() != null) {
                throw new IOException(dashboard.failure());
            }
        }
        double elapsed = (System.nanoTime() - warmSince) / 1e9;
        if (redraw) {
            erase(drawn);
        }
        return (stored(server) - storedCold) / elapsed;
    }

    private static long stored(DemoServer server) {
        return server.metrics().lookNow().storedByLane().values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    private static int warmUpSeconds(int seconds) {
        return Math.min(4, seconds / 2);
    }

    private int redraw(RoadSnapshot road, ReceiptCounts receipts, int drawn, int second, int of) {
        erase(drawn);
        List<String> lines = new ArrayList<>();
        lines.add(String.format(Locale.ROOT, "  second %d of %d, the last one:", second, of));
        lines.add("");
        lines.addAll(DemoScreen.lines(road, road.storedPerSecond(), road.interval(), "last second"));
        lines.addAll(DemoScreen.receipts(receipts));
        lines.forEach(line -> out.println(line + CLEAR_LINE));
        out.flush();
        return lines.size();
    }

    private void erase(int lines) {
        if (lines > 0) {
            out.print("\u001b[" + lines + "A\r\u001b[J");
        }
    }

    private void finalScreen(DemoServer server, RoadSnapshot road, double eventsPerSecond, ReceiptCounts receipts)
            throws IOException, InterruptedException {
        LatencySummaries whole = road.sinceStart();
        int wanted = seconds == null ? DEFAULT_SECONDS : seconds;
        say(String.format(
                Locale.ROOT,
                "What the server did in %d seconds; rate and latencies are those after the first %d, in which the JVM warms up:",
                wanted,
                warmUpSeconds(wanted)));
        say("");
        DemoScreen.lines(road, eventsPerSecond, whole, "after warm-up").forEach(this::say);
        DemoScreen.receipts(receipts).forEach(this::say);
        say("");
        say("First questions, over HTTP:");
        say("");
        new FirstQueries(server.httpAddress(), out).run();
    }

    private void leaveRunning(DemoServer server, Path directory, StopSignal signal) throws InterruptedException {
        if (!json) {
            tellWhatToTry(server, directory);
        }
        signal.await();
    }

    private void tellWhatToTry(DemoServer server, Path directory) {
        String at = "http://" + server.httpAddress().getAddress().getHostAddress() + ":"
                + server.httpAddress().getPort();
        say("The server is still running, with its data in " + directory + ". Try:");
        say("");
        say("  curl '" + at + "/v1/events?limit=3'            the newest events");
        say("  curl -N '" + at + "/v1/events/follow'           events as they arrive");
        say("  curl '" + at + "/metrics'                       what it measures");
        say("  ./evident tail --data " + directory + "   the journal files themselves");
        say("");
        say("Ctrl-C ends it" + (data == null ? " and deletes the data." : "."));
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
