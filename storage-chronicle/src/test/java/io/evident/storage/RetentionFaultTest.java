package io.evident.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.retention.ShardHorizon;
import io.evident.storage.blocks.ShardBlocks;
import io.evident.storage.file.DiskFileOperations;
import io.evident.storage.removed.RemovedEvents;
import io.evident.storage.segment.Damage;
import io.evident.storage.segment.DamageKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A stop at any moment, a flipped byte, and readers meanwhile: what is kept stays, and the counts stay right. */
class RetentionFaultTest {
    private static final ShardHorizon SOME = new ShardHorizon(7, Map.of("acme", 15L, "globex", 9L));
    private static final ShardHorizon MORE = new ShardHorizon(9, Map.of("acme", 22L, "globex", 20L));
    private static final ShardHorizon ALL = new ShardHorizon(Long.MAX_VALUE, Map.of("_system", Long.MAX_VALUE));

    @TempDir
    private Path data;

    /** Deleting counts as an operation that can fail, too; with the first failure the process is gone. */
    static final class Stopping extends FaultyFiles {
        private final TreeSet<Path> gone = new TreeSet<>();

        @Override
        public void delete(Path path) throws IOException {
            requireAlive(path);
            super.delete(path);
        }

        @Override
        public void rename(Path from, Path to) throws IOException {
            requireAlive(from);
            super.rename(from, to);
        }

        private void requireAlive(Path path) throws IOException {
            if (hasFailed()) {
                gone.add(path);
                throw new IOException("the process is gone");
            }
        }
    }

    /** Fails one delete. */
    private static final class Keeping extends FaultyFiles {
        private int left;

        @Override
        public void delete(Path path) throws IOException {
            if (left > 0 && --left == 0) {
                throw new IOException("injected: delete " + path.getFileName());
            }
            super.delete(path);
        }
    }

    private ShardHorizon horizon(String what) {
        return switch (what) {
            case "some" -> SOME;
            case "more" -> MORE;
            default -> ALL;
        };
    }

    @ParameterizedTest(name = "{0}, then {1}, archived {2}")
    @CsvSource({"none,some,false", "none,all,false", "some,more,true", "some,all,true", "none,some,true"})
    void aStopAtAnyStepLeavesOneStateOrTheOther(String before, String at, boolean archived) throws IOException {
        boolean struck = true;
        Path root = data;
        for (int nth = 1; struck; nth++) {
            data = Files.createDirectory(root.resolve("try-" + nth));
            Stopping files = new Stopping();
            files.forceNothing();
            try (RetainedShard shard = new RetainedShard(data, 3, files)) {
                shard.fillSegment(6);
                if (archived) {
                    shard.archive();
                }
                int segment = shard.sealed().get(0);
                if (!before.equals("none")) {
                    shard.remove(segment, horizon(before));
                }
                struck = stopAt(nth, shard, files, segment, horizon(at));
                assertThat(nth).isLessThan(100);
            }
        }
    }

    private boolean stopAt(int nth, RetainedShard shard, Stopping files, int segment, ShardHorizon horizon)
            throws IOException {
        long[] range = shard.sequences(segment);
        files.failAt(nth);
        boolean done = true;
        try {
            shard.retention().remove(shard.blocks(), segment, horizon);
        } catch (IOException e) {
            done = false;
        }
        boolean struck = files.hasFailed();
        files.failAt(0);
        // Whoever reads meanwhile finds one state or the other, too.
        List<Long> before = shard.events.sequences();
        List<Long> live = shard.events.read(shard.blocks());
        shard.restart();
        List<Long> found = shard.events.read(shard.blocks());
        boolean isAsBefore = found.equals(before);
        if (!isAsBefore) {
            shard.events.expire(horizon, range[0], range[1], true);
        }
        assertThat(live).as("step %d", nth).isIn(before, shard.events.sequences());
        assertThat(isAsBefore && done).as("step %d", nth).isFalse();
        shard.check();
        assertThat(shard.shard().report().damage()).as("step %d", nth).isEmpty();
        assertThat(shard.verify()).as("step %d", nth).isEmpty();
        // It is done again, and to the end.
        for (int sealed : shard.sealed()) {
            if (shard.sequences(sealed)[0] == range[0]) {
                shard.remove(sealed, horizon);
            }
        }
        shard.events.expire(horizon, range[0], range[1], true);
        shard.check();
        assertThat(shard.verify()).as("step %d, again", nth).isEmpty();
        shard.restart();
        shard.check();
        return struck;
    }

    @ParameterizedTest(name = "delete {0} fails")
    @CsvSource({"1", "2", "3", "4", "5", "6"})
    void goesOnInTheSameProcessAfterAFailure(int nth) throws IOException {
        Keeping files = new Keeping();
        try (RetainedShard shard = new RetainedShard(data, 3, files)) {
            shard.fillSegment(6);
            int segment = shard.sealed().get(0);
            long[] range = shard.sequences(segment);
            for (ShardHorizon horizon : List.of(SOME, ALL)) {
                files.left = nth;
                try {
                    shard.retention().remove(shard.blocks(), segment, horizon);
                } catch (IOException e) {
                    assertThat(e).hasMessageContaining("injected");
                }
                files.left = 0;
                List<Long> before = shard.events.sequences();
                List<Long> live = shard.events.read(shard.blocks());
                if (!live.equals(before)) {
                    shard.events.expire(horizon, range[0], range[1], true);
                    assertThat(live).isEqualTo(shard.events.sequences());
                }
                if (shard.sealed().contains(segment)) {
                    shard.remove(segment, horizon);
                }
                shard.check();
                assertThat(shard.verify()).isEmpty();
            }
        }
    }

    @Test
    void everyFlippedByteOfWhatSaysWhatWasRemovedIsNoticedAndCostsNoEvent() throws IOException {
        try (RetainedShard shard = new RetainedShard(data, 3, DiskFileOperations.INSTANCE)) {
            shard.fillSegment(6);
            shard.remove(shard.sealed().get(0), SOME);
            Path file = TestFiles.segment(data, 0, "1-0").resolve("removed");
            for (long at = 0; at < Files.size(file); at++) {
                TestFiles.flipBit(file, at);
                assertThat(RemovedEvents.read(DiskFileOperations.INSTANCE, file.getParent(), 0, 1, 0))
                        .as("byte %d", at)
                        .isNull();
                TestFiles.flipBit(file, at);
            }
            for (long at = 0; at < Files.size(file); at += 37) {
                TestFiles.flipBit(file, at);
                List<Damage> damage = damage(shard);
                assertThat(damage).as("byte %d", at).hasSize(1);
                assertThat(damage.get(0).kind()).isEqualTo(DamageKind.REMOVED);
                assertThat(damage.get(0).isSerious()).isFalse();
                TestFiles.flipBit(file, at);
            }
            assertThat(shard.verify()).isEmpty();
            // The segment goes all the same, and then it is known again how much went.
            TestFiles.flipBit(file, 40);
            shard.restart();
            shard.check();
            shard.remove(shard.sealed().get(0), MORE);
            shard.check();
            assertThat(damage(shard)).isEmpty();
        }
    }

    @Test
    void everyFlippedByteOfWhatSaysThatASegmentIsFreedIsDamage() throws IOException {
        try (RetainedShard shard = new RetainedShard(data, 3, DiskFileOperations.INSTANCE)) {
            shard.fillSegment(6);
            shard.remove(shard.sealed().get(0), ALL);
            for (String name : List.of("removed", "blocks.idx")) {
                Path file = TestFiles.segment(data, 0, "1-0").resolve(name);
                for (long at = 0; at < Files.size(file); at += 29) {
                    TestFiles.flipBit(file, at);
                    assertThat(damage(shard)).as("byte %d of %s", at, name).isNotEmpty();
                    TestFiles.flipBit(file, at);
                }
                Path away = file.resolveSibling("away");
                Files.move(file, away);
                assertThat(damage(shard)).as("without %s", name).isNotEmpty();
                Files.move(away, file);
            }
            assertThat(shard.verify()).isEmpty();
        }
    }

    @Test
    void everyFlippedByteOfAReducedSegmentCostsItsBlocksAtMost() throws IOException {
        try (RetainedShard shard = new RetainedShard(data, 3, DiskFileOperations.INSTANCE)) {
            shard.fillSegment(6);
            shard.remove(shard.sealed().get(0), SOME);
            Path file = TestFiles.segment(data, 0, "1-0").resolve("journal.zst");
            List<Long> all = shard.events.sequences();
            for (long at = 0; at < Files.size(file); at += 97) {
                TestFiles.flipBit(file, at);
                try (ReadOnlyDataDirectory.VerifiedShard verified =
                        ReadOnlyDataDirectory.open(data).verify(0)) {
                    assertThat(all).containsAll(shard.events.read(verified.blocks()));
                    boolean isWhole = shard.events.read(verified.blocks()).equals(all);
                    assertThat(isWhole || !verified.report().damage().isEmpty())
                            .as("byte %d", at)
                            .isTrue();
                }
                TestFiles.flipBit(file, at);
            }
        }
    }

    private List<Damage> damage(RetainedShard shard) throws IOException {
        try (ReadOnlyDataDirectory.VerifiedShard verified =
                ReadOnlyDataDirectory.open(data).verify(0, new RetainedShard.Recount())) {
            assertThat(shard.events.read(verified.blocks())).isEqualTo(shard.events.sequences());
            return verified.report().damage();
        }
    }

    @Test
    void everyoneReadsOnWhileEventsAreRemoved() throws Exception {
        try (RetainedShard shard = new RetainedShard(data, 5, DiskFileOperations.INSTANCE)) {
            for (int i = 0; i < 8; i++) {
                shard.fillSegment(5);
            }
            long end = shard.shard().journal().nextSequence();
            AtomicBoolean done = new AtomicBoolean();
            ExecutorService threads = Executors.newFixedThreadPool(2);
            try {
                List<Future<Integer>> readers =
                        List.of(threads.submit(() -> readOn(shard, done)), threads.submit(() -> readOn(shard, done)));
                for (long cut = 0; cut <= end; cut += end / 10) {
                    ShardHorizon horizon = new ShardHorizon(cut, Map.of("acme", cut + 20, "_system", cut / 2));
                    for (int segment : shard.sealed()) {
                        shard.remove(segment, horizon);
                    }
                }
                done.set(true);
                for (Future<Integer> reader : readers) {
                    assertThat(reader.get()).isPositive();
                }
            } finally {
                done.set(true);
                threads.shutdownNow();
            }
            shard.check();
        }
    }

    private static int readOn(RetainedShard shard, AtomicBoolean done) throws IOException {
        ShardBlocks blocks = shard.blocks();
        BlockReader reader = new BlockReader();
        int rounds = 0;
        while (!done.get() || rounds == 0) {
            for (int i = 0; i < blocks.blockCount(); i++) {
                BlockInfo info = blocks.block(i);
                blocks.read(info, reader);
                while (reader.next()) {
                    shard.events.check(reader.event(), reader.sequence());
                }
            }
            rounds++;
        }
        return rounds;
    }
}
