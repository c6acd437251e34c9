package io.evident.load.peer;

import io.evident.event.AuditEvent;
import io.evident.load.engine.LoadRun;
import io.evident.load.intake.EarlyEnd;
import io.evident.load.intake.SyntheticEvents;
import io.evident.load.peer.evident.EvidentPeer;
import io.evident.load.peer.kafka.KafkaPeer;
import io.evident.load.peer.kafka.KafkaTuning;
import io.evident.load.peer.nats.NatsPeer;
import io.evident.load.peer.postgres.PostgresPeer;
import io.evident.load.peer.postgres.PostgresWay;
import io.evident.load.peer.questdb.QuestPeer;
import io.evident.load.peer.raw.ChroniclePeer;
import io.evident.load.peer.raw.FilePeer;
import io.evident.load.peer.raw.NullPeer;
import io.evident.load.peer.redis.RedisPeer;
import io.evident.load.peer.start.Peer;
import io.evident.load.peer.start.PeerJars;
import io.evident.load.pool.EventPool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code evident load peers}: Evident beside the systems that people would otherwise take. */
@Command(
        name = "peers",
        mixinStandardHelpOptions = true,
        description =
                "Starts Evident and other systems one after the other on loopback, offers each the same events by the"
                        + " same schedule, reads back what each said it keeps, and prints a table. docs/peers.md.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  loadtest/peers                                   all of them, three rounds",
            "  loadtest/peers --only kafka,evident --rounds 1 --warmup 5 --seconds 10",
            "  loadtest/peers --work forced-throughput",
            "",
            "A system and round whose result is in --out already is not run again, and refused when it is of another commit or",
            "of other settings.",
            "Exit code: 0, 1 when a system failed or did not have all events that it had said it keeps, 2 for wrong usage."
        })
@SuppressWarnings("SystemOut") // The table, to whoever runs it.
public final class PeersCommand implements Callable<Integer> {
    private static final String TENANT_PREFIX = "tenant-";
    private static final int EVENT_BYTES = 256;
    private static final long SEED = 1;

    @Option(names = "--only", split = ",", paramLabel = "NAME", description = "these systems only")
    private List<String> only = List.of();

    @Option(names = "--rounds", defaultValue = "3", description = "how often each has its turn (${DEFAULT-VALUE})")
    private int rounds;

    @Option(names = "--warmup", defaultValue = "20", description = "seconds before, not counted (${DEFAULT-VALUE})")
    private int warmupSeconds;

    @Option(names = "--seconds", defaultValue = "40", description = "measured time (${DEFAULT-VALUE})")
    private int seconds;

    @Option(
            names = "--work",
            split = ",",
            defaultValue = "journaled-throughput",
            description = "journaled-throughput, forced-throughput, latency-50k, forced-latency-50k (${DEFAULT-VALUE})")
    private List<String> works;

    @Option(
            names = "--page-cache",
            defaultValue = "full",
            description = "cold, or full of another file before each run (${DEFAULT-VALUE})")
    private String pageCache;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "results, and data while a system runs (loadtest/results/peers)")
    private Path out;

    @Option(names = "--list", description = "say which systems there are, and what is missing")
    private boolean list;

    @Option(names = "--project", hidden = true, defaultValue = ".")
    private Path project;

    @Override
    public Integer call() throws IOException {
        List<Peer> all = peers();
        if (list) {
            all.forEach(peer -> System.out.printf(
                    "%-16s %s%n", peer.name(), peer.missing() == null ? "can be started" : peer.missing()));
            return CommandLine.ExitCode.OK;
        }
        String problem = problem(all);
        if (problem != null) {
            System.err.println("evident load peers: " + problem);
            return CommandLine.ExitCode.USAGE;
        }
        Path directory = out == null ? project.resolve("loadtest/results/peers") : out;
        boolean isGood = true;
        try (EarlyEnd end = EarlyEnd.listen()) {
            for (String work : works) {
                isGood &= !end.isTold() && carryOut(PeerWork.ofText(work), all, directory, end);
            }
        } finally {
            // With it goes what it fills: the next run's page cache would not be what its report says.
            Files.deleteIfExists(PeerRun.filling(data(directory)));
        }
        return isGood ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private List<Peer> peers() {
        PeerJars jars = new PeerJars(project);
        return List.of(
                new EvidentPeer(project.toAbsolutePath(), TENANT_PREFIX),
                new KafkaPeer(jars, KafkaTuning.LARGE_BATCHES),
                new KafkaPeer(jars, KafkaTuning.DEFAULTS),
                new RedisPeer(),
                new QuestPeer(jars),
                new NatsPeer(),
                new PostgresPeer(PostgresWay.COPY),
                new PostgresPeer(PostgresWay.INSERT),
                new ChroniclePeer(),
                new FilePeer(),
                new NullPeer());
    }

    private String problem(List<Peer> all) {
        for (String name : only) {
            if (all.stream().noneMatch(peer -> peer.name().equals(name))) {
                return "there is no system " + name + "; --list names them";
            }
        }
        for (String work : works) {
            if (PeerWork.ofText(work) == null) {
                return "there is no work " + work + "; --help names them";
            }
        }
        if (PageCache.ofText(pageCache) == null) {
            return "--page-cache is cold or full";
        }
        if (rounds < 1 || warmupSeconds < 0 || seconds < 1) {
            return "--rounds and --seconds are at least 1, --warmup is at least 0";
        }
        return null;
    }

    /** Whether everything went well. */
    private boolean carryOut(PeerWork work, List<Peer> all, Path directory, EarlyEnd end) throws IOException {
        List<Peer> able = new ArrayList<>();
        for (Peer peer : all) {
            boolean isWanted = only.isEmpty() || only.contains(peer.name());
            if (isWanted && peer.offers().contains(work.durability()) && peer.missing() == null) {
                able.add(peer);
            } else if (isWanted) {
                System.err.println(work.text() + ": without " + peer.name() + ": "
                        + (peer.missing() == null ? "it does not offer this class" : peer.missing()));
            }
        }
        List<AuditEvent> events = SyntheticEvents.list(SEED, EVENT_BYTES, 0);
        PeerSetting setting = new PeerSetting(
                Surroundings.commit(project), warmupSeconds, seconds, SEED, PageCache.ofText(pageCache));
        PeerRun run = new PeerRun(
                work,
                setting,
                EventPool.of(events),
                new LoadRun.Length(warmupSeconds, seconds, 0),
                data(directory),
                end::isTold);
        Progress progress = new Progress(end);
        List<PeerResult> results = new PeerRounds(able, rounds, setting, directory.resolve(work.text()))
                .run(progress.stoppable(run), progress);
        String report = Surroundings.of(work, setting) + "\n" + PeerTable.of(results);
        Files.writeString(directory.resolve(work.text() + ".md"), report, StandardCharsets.UTF_8);
        System.out.println(report);
        return !progress.hasFailed && results.stream().allMatch(PeerResult::isComplete);
    }

    private static Path data(Path directory) {
        return directory.resolve("data");
    }

    private static final class Progress implements PeerRounds.Listener {
        private final EarlyEnd end;
        private boolean hasFailed;

        private Progress(EarlyEnd end) {
            this.end = end;
        }

        /** What was told to end in the middle is no result. */
        PeerRounds.Runner stoppable(PeerRun run) {
            return (peer, round) -> {
                PeerResult result = end.isTold() ? null : run.run(peer, round);
                if (end.isTold()) {
                    throw new IOException("told to end");
                }
                return result;
            };
        }

        @Override
        public void done(PeerResult result, boolean isKnown) {
            System.err.printf(
                    Locale.ROOT,
                    "round %d, %s: %,.0f events/s, p99 %.2f ms, %,d receipts, %,d read back%s%n",
                    result.round(),
                    result.peer(),
                    result.eventsPerSecond(),
                    result.p99Ms(),
                    result.receipts(),
                    result.stored(),
                    isKnown ? " (known)" : "");
        }

        @Override
        public void failed(Peer peer, int round, IOException problem) {
            hasFailed = true;
            System.err.println("round " + round + ", " + peer.name() + ": " + problem.getMessage());
        }
    }
}
