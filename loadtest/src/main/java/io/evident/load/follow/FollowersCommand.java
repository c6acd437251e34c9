package io.evident.load.follow;

import io.evident.load.dataset.DataSet;
import io.evident.server.config.HostPort;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code evident load followers}: many followers and queriers beside intake, step by step. */
@Command(
        name = "followers",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Lets more and more followers listen, each to one tenant's actor or action, while events are taken in at a"
                    + " rate and queriers ask; then looks whether every follower got exactly the events that it should"
                    + " and that have a receipt. Prints a table in Markdown, a row for each step."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  evident load followers --followers 10,100 --queriers 0",
            "  evident load followers --pid 4711 --queriers 100 --asked-events 1000000",
            "",
            "The server has to allow so many: ingest.maxConnections, query.maxFollowers.",
            "Exit code: 0 when nothing was lost, repeated or out of place, 1 otherwise, 2 for wrong usage."
        })
public final class FollowersCommand implements Callable<Integer> {
    private static final int MOST_SECONDS = 600;

    @Option(names = "--tcp", defaultValue = "127.0.0.1:8481", description = "server address (${DEFAULT-VALUE})")
    private String tcp;

    @Option(names = "--http", defaultValue = "http://127.0.0.1:8480", description = "server URL (${DEFAULT-VALUE})")
    private URI http;

    @Option(
            names = "--followers",
            split = ",",
            defaultValue = "10,100,300,1000",
            description = "of each step (${DEFAULT-VALUE})")
    private List<Integer> followers;

    @Option(names = "--queriers", defaultValue = "100", description = "that ask at a time (${DEFAULT-VALUE})")
    private int queriers;

    @Option(
            names = "--query-every-ms",
            defaultValue = "1000",
            description = "from one question of a querier to its next; 0: as soon as it is answered (${DEFAULT-VALUE})")
    private long queryEveryMs;

    @Option(
            names = "--asked-events",
            defaultValue = "0",
            description = "size of the data set that is asked about, as in 'evident load search fill'; 0: no queriers")
    private long askedEvents;

    @Option(names = "--rate", defaultValue = "50000", description = "events per second (${DEFAULT-VALUE})")
    private long eventsPerSecond;

    @Option(names = "--seconds", defaultValue = "30", description = "intake of each step (${DEFAULT-VALUE})")
    private int seconds;

    @Option(
            names = "--warmup",
            defaultValue = "10",
            description = "seconds of a first step that is not counted (${DEFAULT-VALUE})")
    private int warmupSeconds;

    @Option(names = "--pid", defaultValue = "0", description = "the server's process, to tell its processor time")
    private long pid;

    @Option(names = "--seed", defaultValue = "1", description = "of filters and data set (${DEFAULT-VALUE})")
    private long seed;

    @Override
    public Integer call() throws IOException, InterruptedException {
        HostPort address = HostPort.parse(tcp);
        if (address == null
                || http.getHost() == null
                || followers.stream().anyMatch(each -> each < 1)
                || queriers < 0
                || queryEveryMs < 0
                || askedEvents < 0
                || eventsPerSecond < 1
                || seconds < 1
                || warmupSeconds < 0
                || seconds > MOST_SECONDS) {
            System.err.println("evident load followers: --tcp is HOST:PORT; --http is a URL; --followers, --rate and"
                    + " --seconds are at least 1, --seconds at most " + MOST_SECONDS);
            return CommandLine.ExitCode.USAGE;
        }
        FollowStep.Plan plan = new FollowStep.Plan(
                address,
                http,
                pid == 0 ? null : ProcessHandle.of(pid).orElseThrow(() -> new IOException("no process " + pid)),
                askedEvents == 0 ? null : new DataSet(seed, askedEvents),
                queriers,
                queryEveryMs,
                eventsPerSecond,
                seconds,
                seed);
        if (warmupSeconds > 0) {
            new FollowStep(plan.lasting(warmupSeconds), followers.get(0)).run();
        }
        System.out.println(FollowResult.HEADER);
        boolean right = true;
        for (int each : followers) {
            FollowResult result = new FollowStep(plan, each).run();
            System.out.println(result.row());
            right &= result.isRight();
        }
        return right ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }
}
