package io.evident.server.shards;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.EventField;
import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import io.evident.pipeline.control.ResizeAnswer;
import io.evident.pipeline.query.StoredEvent;
import io.evident.server.command.EvidentCommand;
import io.evident.sharding.ShardHistory;
import io.evident.sharding.ShardMapFile;
import io.evident.storage.file.DiskFileOperations;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A growth that fails, or is broken off by the death of the process, at each of its steps. */
class GrowthFaultsTest {
    private static final int MOST_OPERATIONS = 200;
    /** Fewer would mean that the growth does not do what it is for. */
    private static final int LEAST_OPERATIONS = 8;

    @TempDir
    private Path folder;

    private final List<Long> acknowledged = new ArrayList<>();

    @Test
    void contract2_whateverOperationFailsTheServerGoesOnAndNothingIsLost() throws Exception {
        FailingFiles files = new FailingFiles();
        int shards = 1;
        int refused = 0;
        int number = 0;
        try (GrowingServer server = GrowingServer.start(folder.resolve("data"), 1, files, null)) {
            boolean struck = true;
            while (struck) {
                number++;
                assertThat(number).isLessThan(MOST_OPERATIONS);
                files.fail(String.format("shard-%02d", shards), number);
                ResizeAnswer answer = server.resize(shards + 1);
                struck = files.hasFailed();
                files.heal();
                send(server);
                if (answer instanceof ResizeAnswer.Refused) {
                    refused++;
                    if (refused % 3 != 0) {
                        // Else the next attempt finds what this one left, and has more to do.
                        delete(folder.resolve("data").resolve(String.format("shard-%02d", shards)));
                    }
                } else {
                    shards++;
                }
                assertThat(server.shards.overview().active()).isEqualTo(shards);
                assertThat(server.shards.overview().epoch()).isEqualTo(shards);
                if (number % 8 == 1) {
                    // As if the process had died here.
                    requireAll("after operation " + number, shards);
                }
            }
            for (int i = 0; i < 50; i++) {
                send(server);
            }
        }
        assertThat(number).isGreaterThan(LEAST_OPERATIONS);
        assertThat(refused).isGreaterThan(LEAST_OPERATIONS / 2);
        requireAll("in the end", shards);
    }

    /** Streams enough that every shard has some. */
    private void send(GrowingServer server) throws InterruptedException {
        long number = acknowledged.size() + 1L;
        SentEvents.Answer sent = server.send(GrowingServer.event("s" + number % 7, number), Tier.SYNCED);
        assertThat(sent.refusal()).isNull();
        acknowledged.add(number);
    }

    private void requireAll(String when, int epoch) throws Exception {
        Path copy = copy();
        try (GrowingServer server = GrowingServer.start(copy, 1)) {
            assertThat(server.found.history().current().epoch()).as(when).isEqualTo(epoch);
            requireAll(when, server);
            SentEvents.Answer sent = server.send(GrowingServer.event("new", 1_000_000), Tier.SYNCED);
            assertThat(sent.refusal()).as(when).isNull();
            SentEvents.Answer again = server.send(GrowingServer.event("s1", 1), Tier.SYNCED);
            assertThat(again.duplicate()).as(when).isTrue();
        }
    }

    private void requireAll(String when, GrowingServer server) throws IOException {
        List<Long> found = new ArrayList<>();
        for (int stream = 0; stream < 7; stream++) {
            for (StoredEvent stored : server.query("s" + stream)) {
                found.add(Long.parseLong(
                        stored.event().text(EventField.RESOURCE_ID).substring("doc-".length())));
            }
        }
        assertThat(found).as(when).containsExactlyInAnyOrderElementsOf(acknowledged);
    }

    @Test
    void doctorSaysWhatToDoAboutShardsWithEventsThatTheMapDoesNotHave() throws Exception {
        Path data = folder.resolve("data");
        try (GrowingServer server = GrowingServer.start(data, 2)) {
            for (int i = 0; i < 20; i++) {
                send(server);
            }
        }
        // As if an older map had been put back.
        ShardMapFile.begin(data, ShardHistory.first(1), ShardHistory.first(1));
        StringWriter out = new StringWriter();
        int exitCode = EvidentCommand.commandLine(config -> {
                    throw new IOException("this command starts no server");
                })
                .setOut(new PrintWriter(out))
                .execute("doctor", "--data", data.toString());

        assertThat(exitCode).isEqualTo(1);
        assertThat(out.toString())
                .contains(
                        "DAMAGE: shard-map, found once",
                        "move their directories to the data directory that they belong to",
                        "DAMAGED. The server starts unless something above says otherwise");
    }

    private static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> entries = Files.walk(directory)) {
                for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(entry);
                }
            }
        }
    }

    /** What a process that died now would leave. */
    private Path copy() throws IOException {
        Path from = folder.resolve("data");
        Path to = Files.createTempDirectory(folder, "copy");
        try (Stream<Path> entries = Files.walk(from)) {
            for (Path entry : entries.toList()) {
                Path target = to.resolve(from.relativize(entry));
                if (Files.isDirectory(entry)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(entry, target, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
        return to;
    }

    @Test
    void aShardMapThatCannotBeWrittenLeavesTheOldEpochAndTheNextAttemptSucceeds() throws Exception {
        Path data = folder.resolve("data");
        boolean[] fails = {true};
        MapFile file = (before, next) -> {
            if (fails[0]) {
                throw new IOException("struck");
            }
            return ShardMapFile.begin(data, before, next);
        };
        try (GrowingServer server = GrowingServer.start(data, 2, DiskFileOperations.INSTANCE, file)) {
            assertThat(server.resize(5)).isInstanceOf(ResizeAnswer.Refused.class);
            assertThat(server.shards.overview().shards()).hasSize(2);
            send(server);
            fails[0] = false;
            assertThat(server.resize(3)).isEqualTo(new ResizeAnswer.Done(2, 2, 3, 1_365));
            for (int i = 0; i < 20; i++) {
                send(server);
            }
            requireAll("grown", server);
            assertThat(server.resize(6)).isEqualTo(new ResizeAnswer.Done(3, 3, 6, 2_047));
        }
        requireAll("restarted", 3);
    }

    @Test
    void aShardMapThatWasWrittenThoughTheServerWasToldOtherwiseIsGoneByFromTheNextStartOn() throws Exception {
        Path data = folder.resolve("data");
        MapFile inDoubt = (before, next) -> {
            ShardMapFile.begin(data, before, next);
            throw new IOException("the force of the directory failed");
        };
        try (GrowingServer server = GrowingServer.start(data, 2, DiskFileOperations.INSTANCE, inDoubt)) {
            assertThat(server.resize(4)).isInstanceOf(ResizeAnswer.Refused.class);
            for (int i = 0; i < 20; i++) {
                send(server);
            }
            requireAll("still by the old map", server);
        }
        requireAll("restarted by the new one", 2);
    }

    @Test
    void aDeathBehindTheOneMomentThatCountsLeavesTheNewEpoch() throws Exception {
        Path data = folder.resolve("data");
        CountDownLatch written = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        MapFile slow = (before, next) -> {
            List<String> findings = ShardMapFile.begin(data, before, next);
            written.countDown();
            try {
                goOn.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return findings;
        };
        try (GrowingServer server = GrowingServer.start(data, 2, DiskFileOperations.INSTANCE, slow)) {
            CompletableFuture<ResizeAnswer> growing = server.resizing(4);
            assertThat(written.await(60, TimeUnit.SECONDS)).isTrue();
            for (int i = 0; i < 20; i++) {
                send(server);
            }
            ResizeAnswer second = server.resize(3);
            assertThat(second)
                    .isInstanceOfSatisfying(
                            ResizeAnswer.Refused.class,
                            refused -> assertThat(refused.refusal().reason()).isEqualTo(RefusalReason.CONFLICT));
            requireAll("died", 2);
            goOn.countDown();
            assertThat(growing.get(60, TimeUnit.SECONDS)).isInstanceOf(ResizeAnswer.Done.class);
            requireAll("lived on", server);
        }
    }
}
