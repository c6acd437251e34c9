package io.evident.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.EventField;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.retention.ShardHorizon;
import io.evident.storage.file.DiskFileOperations;
import io.evident.storage.recovery.RecoveredShard;
import io.evident.storage.recovery.RecoveryMode;
import io.evident.storage.recovery.SegmentPlaces;
import io.evident.storage.recovery.ShardRecovery;
import io.evident.storage.recovery.VerifyListener;
import io.evident.storage.removed.RemovedEvents;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever verifies beside a server that removes events finds no damage, and counts right. */
class RetentionVerifyTest {
    private static final ShardHorizon SOME = new ShardHorizon(7, Map.of("acme", 15L, "globex", 9L));
    private static final ShardHorizon MORE = new ShardHorizon(9, Map.of("acme", 22L, "globex", 20L));
    private static final ShardHorizon ALL = new ShardHorizon(Long.MAX_VALUE, Map.of("_system", Long.MAX_VALUE));

    @TempDir
    private Path data;

    /** What a server does while somebody looks. */
    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    /** Lets a server do something just when a file was found, or just before one is opened. */
    private static final class Beside extends FaultyFiles {
        private Path found;
        private int foundLeft;
        private Path opened;
        private Step step;

        private void go() {
            found = null;
            opened = null;
            try {
                step.run();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public boolean exists(Path path) {
            boolean exists = super.exists(path);
            if (path.equals(found) && --foundLeft == 0) {
                go();
            }
            return exists;
        }

        @Override
        public FileChannel open(Path file, OpenOption... options) throws IOException {
            if (file.equals(opened)) {
                go();
            }
            return super.open(file, options);
        }
    }

    private void verify(RetainedShard shard, Beside files) throws IOException {
        RetainedShard.Recount recount = new RetainedShard.Recount();
        SegmentPlaces places =
                SegmentPlaces.ownOnly(TestFiles.segment(data, 0, "1-0").getParent());
        RecoveredShard verified = new ShardRecovery(files, places, 0, RecoveryMode.VERIFY_LIVE, recount).run();
        assertThat(verified.report().damage()).isEmpty();
        assertThat(recount.counts).isEqualTo(shard.events.counts());
        verified.blocks().close();
    }

    @Test
    void aSegmentThatIsFreedJustAfterItWasLookedForIsNotTruncated() throws IOException {
        Path root = data;
        boolean freed = true;
        for (int nth = 1; freed; nth++) {
            data = Files.createDirectory(root.resolve("look-" + nth));
            try (RetainedShard shard = new RetainedShard(data, 3, DiskFileOperations.INSTANCE)) {
                shard.fillSegment(6);
                shard.fillSegment(6);
                int segment = shard.sealed().get(0);
                Beside files = new Beside();
                files.found = TestFiles.journal(data, 0, "1-0");
                files.foundLeft = nth;
                files.step = () -> shard.remove(segment, ALL);
                verify(shard, files);
                freed = files.found == null;
                assertThat(nth).isLessThan(20);
                assertThat(freed || nth > 2)
                        .as("it is looked for more than once")
                        .isTrue();
            }
        }
    }

    @ParameterizedTest(name = "freed behind it {0}")
    @ValueSource(booleans = {false, true})
    void aSegmentThatIsReducedOnceMoreWhileItIsReadIsCountedRight(boolean freed) throws IOException {
        try (RetainedShard shard = new RetainedShard(data, 3, DiskFileOperations.INSTANCE)) {
            shard.fillSegment(6);
            shard.fillSegment(6);
            int segment = shard.sealed().get(0);
            shard.remove(segment, SOME);
            Beside files = new Beside();
            files.opened = TestFiles.segment(data, 0, "1-0").resolve(RemovedEvents.FILE_NAME);
            files.step = () -> {
                shard.remove(segment, MORE);
                if (freed) {
                    shard.remove(segment, ALL);
                }
            };
            verify(shard, files);
            assertThat(files.opened).as("it was reduced meanwhile").isNull();
        }
    }

    @ParameterizedTest(name = "freed {0}")
    @ValueSource(booleans = {false, true})
    void blocksThatAreReadAgainLaterAreCountedAsTheyAreThen(boolean freed) throws IOException {
        try (RetainedShard shard = new RetainedShard(data, 3, DiskFileOperations.INSTANCE)) {
            shard.fillSegment(6);
            shard.fillSegment(6);
            int segment = shard.sealed().get(0);
            shard.remove(segment, SOME);
            try (ReadOnlyDataDirectory.VerifiedShard verified =
                    ReadOnlyDataDirectory.open(data).verify(0, VerifyListener.NONE)) {
                assertThat(recount(verified)).isEqualTo(shard.events.counts());
                shard.remove(segment, MORE);
                if (freed) {
                    shard.remove(segment, ALL);
                }
                assertThat(recount(verified)).isEqualTo(shard.events.counts());
            }
        }
    }

    private static Map<String, Long> recount(ReadOnlyDataDirectory.VerifiedShard verified) throws IOException {
        Map<String, Long> counts = new TreeMap<>();
        RemovedCounts removed = verified.removed();
        BlockReader reader = new BlockReader();
        for (int i = 0; i < verified.blocks().blockCount(); i++) {
            BlockInfo block = verified.blocks().block(i);
            removed.read(block, reader).forEach((tenant, count) -> counts.merge(tenant, (long) count, Long::sum));
            while (reader.next()) {
                counts.merge(reader.event().text(EventField.TENANT), 1L, Long::sum);
            }
        }
        return counts;
    }
}
