package io.evident.server.shards;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.evident.event.EventField;
import io.evident.event.Lane;
import io.evident.event.Tier;
import io.evident.pipeline.control.ResizeAnswer;
import io.evident.pipeline.control.ShardOverview;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.query.StoredEvent;
import io.evident.pipeline.writer.ShardContext;
import io.evident.server.command.EvidentCommand;
import io.evident.sharding.ShardMapFile;
import io.evident.storage.DataDirectory;
import io.evident.storage.JournalSettings;
import io.evident.storage.OpenedShard;
import io.evident.storage.directory.DataLayout;
import io.evident.storage.emergency.EmergencySettings;
import io.evident.storage.file.DiskFileOperations;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Shards that a shrink gave up, from the next start on: open for reading only, until a growth takes them in again. */
class SealedShardsIT {
    private static final int STREAMS = 40;
    /** Fewer would mean that the growth does not open the shard. */
    private static final int LEAST_OPERATIONS = 6;

    private static final int MOST_OPERATIONS = 200;

    @TempDir
    private Path folder;

    private final List<Long> acknowledged = new ArrayList<>();

    private Path data() {
        return folder.resolve("data");
    }

    private void send(GrowingServer server, int events) throws InterruptedException {
        for (int i = 0; i < events; i++) {
            long number = acknowledged.size() + 1L;
            SentEvents.Answer sent = server.send(GrowingServer.event("s" + number % STREAMS, number), Tier.SYNCED);
            assertThat(sent.refusal()).isNull();
            acknowledged.add(number);
        }
    }

    /** Every event is found once, by its stream, and told as a duplicate when it comes again. */
    private void requireAll(String when, GrowingServer server) throws Exception {
        List<Long> found = new ArrayList<>();
        for (int stream = 0; stream < STREAMS; stream++) {
            for (StoredEvent stored : server.query("s" + stream)) {
                found.add(Long.parseLong(
                        stored.event().text(EventField.RESOURCE_ID).substring("doc-".length())));
            }
        }
        assertThat(found).as(when).containsExactlyInAnyOrderElementsOf(acknowledged);
        for (long number : List.copyOf(acknowledged).subList(0, Math.min(STREAMS, acknowledged.size()))) {
            SentEvents.Answer again = server.send(GrowingServer.event("s" + number % STREAMS, number), Tier.SYNCED);
            assertThat(again.refusal()).as(when).isNull();
            assertThat(again.duplicate()).as(when).isTrue();
        }
    }

    private static List<String> states(GrowingServer server) {
        return server.shards.overview().shards().stream()
                .map(ShardOverview.Shard::state)
                .toList();
    }

    private List<String> segments(Path data, int shard) throws IOException {
        try (Stream<Path> names = Files.list(DataLayout.segments(data, shard))) {
            return names.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    /** Threads of a shard that is written. */
    private static Set<String> threadsOf(int shard) {
        Set<String> names = new HashSet<>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            String name = thread.getName();
            if (name.equals("committer-" + shard)
                    || name.equals("emergency-" + shard)
                    || name.startsWith("evident-emergency-" + shard + "-")) {
                names.add(name);
            }
        }
        return names;
    }

    private void requireClean(Path data) {
        StringWriter out = new StringWriter();
        int exitCode = EvidentCommand.commandLine(config -> {
                    throw new IOException("this command starts no server");
                })
                .setOut(new PrintWriter(out))
                .execute("verify", "--data", data.toString());
        assertThat(exitCode).as(out.toString()).isZero();
    }

    /** What a process that died now would leave. */
    private Path copy() throws IOException {
        Path to = Files.createTempDirectory(folder, "copy");
        try (Stream<Path> entries = Files.walk(data())) {
            for (Path entry : entries.toList()) {
                Path target = to.resolve(data().relativize(entry));
                if (Files.isDirectory(entry)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(entry, target, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
        return to;
    }

    /** Four shards with events, of which two are given up. */
    private void shrunk() throws Exception {
        try (GrowingServer server = GrowingServer.start(data(), 4)) {
            send(server, 80);
            assertThat(server.resize(2)).isInstanceOf(ResizeAnswer.Done.class);
            send(server, 20);
        }
    }

    @Test
    void contract8_nothingIsBegunInThemAtAnyStartAndAllTheyHoldIsFound() throws Exception {
        shrunk();
        List<String> before = segments(data(), 3);
        for (int start = 0; start < 2; start++) {
            try (GrowingServer server = GrowingServer.start(data(), 4)) {
                assertThat(states(server)).containsExactly("open", "open", "sealed", "sealed");
                assertThat(threadsOf(0)).hasSizeGreaterThanOrEqualTo(2);
                assertThat(threadsOf(2)).isEmpty();
                assertThat(threadsOf(3)).isEmpty();
                ShardContext sealed = server.pipeline.shards().get(3);
                assertThat(sealed.frontier().synced())
                        .isEqualTo(sealed.frontier().appended());
                send(server, 10);
                requireAll("start " + start, server);
            }
            assertThat(segments(data(), 3)).isEqualTo(before);
        }
        requireClean(data());
    }

    /** As when events in doubt were sent again, and had been written all the same. */
    private void repeatInEmergencyJournal(int shard) throws IOException {
        EmergencySettings emergency = new EmergencySettings(512 << 10, 1 << 20, null, Duration.ZERO);
        JournalSettings settings = new JournalSettings(64 << 20, Duration.ofHours(1), System::nanoTime, emergency);
        try (DataDirectory directory = DataDirectory.open(data(), settings)) {
            OpenedShard opened = directory.openShards(4).get(shard);
            BlockReader reader = new BlockReader();
            opened.blocks().read(opened.blocks().block(0), reader);
            Block again = new Block();
            again.begin(Lane.CRITICAL, 1, opened.emergency().journal().nextPosition());
            while (reader.next()) {
                again.add(reader.event());
            }
            opened.emergency().journal().append(again);
        }
    }

    @Test
    void contract2_isOpenedForWritingAtEachStartWhileItsEmergencyJournalHasOnlyWhatIsInItsJournal() throws Exception {
        shrunk();
        repeatInEmergencyJournal(3);
        for (int start = 0; start < 3; start++) {
            try (GrowingServer server = GrowingServer.start(data(), 4)) {
                assertThat(states(server)).as("start %d", start).containsExactly("open", "open", "sealed", "open");
                send(server, 10);
                requireAll("start " + start, server);
            }
        }
        try (GrowingServer server = GrowingServer.start(data(), 4)) {
            assertThat(server.resize(4)).isInstanceOf(ResizeAnswer.Done.class);
            send(server, 40);
            assertThat(server.resize(2)).isInstanceOf(ResizeAnswer.Done.class);
        }
        try (GrowingServer server = GrowingServer.start(data(), 4)) {
            assertThat(states(server))
                    .as("the next block said that they are folded in")
                    .containsExactly("open", "open", "sealed", "sealed");
            requireAll("sealed", server);
        }
        requireClean(data());
    }

    @Test
    void theLogSaysWhyAShardIsNotSealedAndWhatLiesInTheEmergencyJournalOfOneThatIsOpened() throws Exception {
        shrunk();
        Files.writeString(DataLayout.emergency(data(), 2).resolve("stray"), "?");
        Files.move(DataLayout.segments(data(), 3), folder.resolve("away"));
        ListAppender<ILoggingEvent> told = new ListAppender<>();
        Logger all = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        told.start();
        all.addAppender(told);
        Logger opening = (Logger) LoggerFactory.getLogger("io.evident.storage.ShardOpening");
        opening.setLevel(Level.INFO);
        try (GrowingServer server = GrowingServer.start(data(), 4)) {
            assertThat(states(server)).containsExactly("open", "open", "sealed", "open");
            assertThat(server.resize(3)).isInstanceOf(ResizeAnswer.Done.class);
        } finally {
            all.detachAppender(told);
            opening.setLevel(null);
        }
        assertThat(told.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .anyMatch(
                        line -> line.startsWith("shard 3 was given up, but is opened as one that is to be written: its"
                                + " segments cannot be listed"))
                .anyMatch(line -> line.startsWith("shard 2: emergency journal: ") && line.contains("stray"));
    }

    @Test
    void contract2_aDeathBehindAShrinkLosesNothingThatTheGivenUpShardsHave() throws Exception {
        Path dead;
        try (GrowingServer server = GrowingServer.start(data(), 4)) {
            send(server, 80);
            server.resize(2);
            dead = copy();
        }
        for (int start = 0; start < 2; start++) {
            try (GrowingServer server = GrowingServer.start(dead, 4)) {
                assertThat(states(server)).containsExactly("open", "open", "sealed", "sealed");
                requireAll("start " + start, server);
            }
        }
        requireClean(dead);
    }

    @Test
    void contract4_growingTakesThemInAgainAndTheyGoOnInANewIncarnation() throws Exception {
        shrunk();
        try (GrowingServer server = GrowingServer.start(data(), 4)) {
            int before = server.pipeline.shards().get(2).incarnation();
            assertThat(server.resize(3)).isInstanceOf(ResizeAnswer.Done.class);
            assertThat(states(server)).containsExactly("open", "open", "open", "sealed");
            assertThat(threadsOf(2)).hasSizeGreaterThanOrEqualTo(2);
            ShardContext opened = server.pipeline.shards().get(2);
            assertThat(opened.incarnation()).isGreaterThan(before);
            long had = opened.frontier().appended();
            send(server, 40);
            assertThat(opened.frontier().appended()).isGreaterThan(had);
            requireAll("grown to three", server);
            // A sealed one and one that never was, in one step.
            assertThat(server.resize(5)).isInstanceOf(ResizeAnswer.Done.class);
            assertThat(states(server)).containsOnly("open").hasSize(5);
            send(server, 40);
            assertThat(server.resize(1)).isInstanceOf(ResizeAnswer.Done.class);
            send(server, 10);
            requireAll("grown and shrunk", server);
        }
        requireClean(data());
        try (GrowingServer server = GrowingServer.start(data(), 4)) {
            assertThat(states(server)).containsExactly("open", "sealed", "sealed", "sealed", "sealed");
            requireAll("restarted", server);
            assertThat(server.resize(5)).isInstanceOf(ResizeAnswer.Done.class);
            send(server, 40);
            requireAll("grown again", server);
        }
        requireClean(data());
    }

    @Test
    void contract2_aDeathOnEitherSideOfTheOneMomentThatCountsLeavesTheOldEpochOrTheNew() throws Exception {
        shrunk();
        List<Path> dead = new ArrayList<>();
        MapFile watched = (before, next) -> {
            dead.add(copy());
            List<String> findings = ShardMapFile.begin(data(), before, next);
            dead.add(copy());
            return findings;
        };
        try (GrowingServer server = GrowingServer.start(data(), 4, DiskFileOperations.INSTANCE, watched)) {
            assertThat(server.resize(4)).isInstanceOf(ResizeAnswer.Done.class);
            requireAll("lived on", server);
        }
        for (int i = 0; i < 2; i++) {
            try (GrowingServer server = GrowingServer.start(dead.get(i), 4)) {
                assertThat(server.shards.overview().active()).isEqualTo(i == 0 ? 2 : 4);
                assertThat(states(server)).contains(i == 0 ? "sealed" : "open").endsWith(i == 0 ? "sealed" : "open");
                requireAll("died " + i, server);
            }
            requireClean(dead.get(i));
        }
    }

    @Test
    void contract2_whateverOperationFailsWhileTheyAreOpenedTheyStaySealedAndTheNextAttemptSucceeds() throws Exception {
        shrunk();
        int number = 0;
        int refused = 0;
        boolean struck = true;
        while (struck) {
            number++;
            assertThat(number).isLessThan(MOST_OPERATIONS);
            String when = "operation " + number;
            FailingFiles files = new FailingFiles();
            boolean[] struckBefore = {false};
            MapFile map = (before, next) -> {
                // What strikes behind this is no fault of the opening.
                struckBefore[0] = files.hasFailed();
                files.heal();
                return ShardMapFile.begin(data(), before, next);
            };
            try (GrowingServer server = GrowingServer.start(data(), 4, files, map)) {
                assertThat(states(server)).as(when).endsWith("open", "sealed", "sealed");
                files.fail("shard-02", number);
                ResizeAnswer answer = server.resize(3);
                boolean isRefused = answer instanceof ResizeAnswer.Refused;
                struck = isRefused || struckBefore[0];
                files.heal();
                send(server, 5);
                if (isRefused) {
                    refused++;
                    assertThat(states(server)).as(when).endsWith("open", "sealed", "sealed");
                    assertThat(threadsOf(2)).as(when).isEmpty();
                    if (refused % 4 == 1) {
                        Path dead = copy();
                        try (GrowingServer next = GrowingServer.start(dead, 4)) {
                            requireAll(when + ", died", next);
                        }
                    }
                    assertThat(server.resize(3)).as(when).isInstanceOf(ResizeAnswer.Done.class);
                }
                assertThat(states(server)).as(when).endsWith("open", "sealed");
                send(server, 10);
                requireAll(when, server);
                assertThat(server.resize(2)).as(when).isInstanceOf(ResizeAnswer.Done.class);
            }
        }
        assertThat(refused).isGreaterThan(LEAST_OPERATIONS);
        requireClean(data());
    }

    @Test
    void whatAFailedGrowthHasOpenedTakesEventsWithTheNextOne() throws Exception {
        shrunk();
        boolean[] fails = {true};
        MapFile file = (before, next) -> {
            if (fails[0]) {
                throw new IOException("struck");
            }
            return ShardMapFile.begin(data(), before, next);
        };
        try (GrowingServer server = GrowingServer.start(data(), 4, DiskFileOperations.INSTANCE, file)) {
            assertThat(server.resize(4)).isInstanceOf(ResizeAnswer.Refused.class);
            assertThat(server.shards.overview().active()).isEqualTo(2);
            send(server, 10);
            requireAll("refused", server);
            fails[0] = false;
            assertThat(server.resize(4)).isInstanceOf(ResizeAnswer.Done.class);
            send(server, 40);
            requireAll("grown", server);
        }
        requireClean(data());
    }
}
