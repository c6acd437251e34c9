package io.evident.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.Lane;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.journal.Journal;
import io.evident.storage.archive.ArchiveSettings;
import io.evident.storage.file.DiskFileOperations;
import io.evident.storage.file.FileOperations;
import io.evident.storage.segment.Damage;
import io.evident.storage.segment.SegmentReader;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sealed segments get small while the shard is at work, and nothing about what they hold changes. */
class SegmentArchiverTest {
    private static final int EVENTS = 60;
    private static final int FEW_EVENTS = 20;
    private static final ArchiveSettings AT_ONCE = new ArchiveSettings(true, Duration.ZERO, 1L << 40);

    @TempDir
    private Path data;

    private final Blocks blocks = new Blocks();
    private final TestClock clock = new TestClock();

    private DataDirectory open(FileOperations files) throws IOException {
        return DataDirectory.open(data, new JournalSettings(1 << 20, Duration.ofHours(1), clock), files);
    }

    /** Fills some segments, of which the last one is not sealed. */
    private void fill(Journal journal) throws IOException {
        fill(journal, EVENTS);
    }

    private void fill(Journal journal, int events) throws IOException {
        for (int i = 0; i < events; i++) {
            journal.append(blocks.of(Lane.STANDARD, journal.nextSequence(), 1, 60_000));
            journal.force();
        }
    }

    private Path archive(String segment) {
        return TestFiles.segment(data, 0, segment).resolve(SegmentReader.ARCHIVE_NAME);
    }

    private Path journal(String segment) {
        return TestFiles.journal(data, 0, segment);
    }

    private List<Damage> verify() throws IOException {
        return verify(EVENTS);
    }

    private List<Damage> verify(int events) throws IOException {
        try (ReadOnlyDataDirectory.VerifiedShard shard =
                ReadOnlyDataDirectory.open(data).verify(0)) {
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, events));
            return shard.report().damage();
        }
    }

    @Test
    void replacesSealedSegmentsAndLeavesTheOneBeingWritten() throws IOException {
        try (DataDirectory directory = open(DiskFileOperations.INSTANCE)) {
            OpenedShard shard = directory.openShard(0);
            fill(shard.journal());
            SegmentArchiver archiver = directory.archiver(AT_ONCE, clock);
            archiver.runOnce();

            assertThat(archive("1-0")).exists();
            assertThat(journal("1-0")).doesNotExist();
            assertThat(archive("1-3")).doesNotExist();
            assertThat(journal("1-3")).exists();
            assertThat(archiver.archivedBytes()).isPositive().isLessThan(archiver.plainBytes() / 10);
            assertThat(archiver.failures()).isZero();
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, EVENTS));
            archiver.close();
        }
        assertThat(verify()).isEmpty();
        try (DataDirectory directory = open(DiskFileOperations.INSTANCE)) {
            OpenedShard shard = directory.openShard(0);
            assertThat(shard.report().damage()).isEmpty();
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, EVENTS));
            SegmentArchiver again = directory.archiver(AT_ONCE, clock);
            again.runOnce();
            assertThat(again.archivedBytes())
                    .as("what was found archived is counted, too")
                    .isPositive();
            again.close();
        }
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void anInterruptedReaderDisturbsNoOther() throws Exception {
        try (DataDirectory directory = open(DiskFileOperations.INSTANCE)) {
            OpenedShard shard = directory.openShard(0);
            fill(shard.journal());
            directory.archiver(AT_ONCE, clock).runOnce();
            assertThat(Blocks.readInterrupted(shard.blocks())).isInstanceOf(ClosedByInterruptException.class);
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, EVENTS));
        }
    }

    @Test
    void isReadAgainWhereTheSealIsGone() throws IOException {
        try (DataDirectory directory = open(DiskFileOperations.INSTANCE)) {
            fill(directory.openShard(0).journal());
            directory.archiver(AT_ONCE, clock).runOnce();
        }
        Files.delete(TestFiles.segment(data, 0, "1-1").resolve("blocks.idx"));
        try (DataDirectory directory = open(DiskFileOperations.INSTANCE)) {
            OpenedShard shard = directory.openShard(0);
            assertThat(shard.report().hasSeriousDamage()).isFalse();
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, EVENTS));
        }
        assertThat(TestFiles.segment(data, 0, "1-1").resolve("blocks.idx")).exists();
    }

    @Test
    void waitsAsLongAsItIsTold() throws IOException {
        try (DataDirectory directory = open(DiskFileOperations.INSTANCE)) {
            fill(directory.openShard(0).journal());
            SegmentArchiver archiver =
                    directory.archiver(new ArchiveSettings(true, Duration.ofMinutes(10), 1L << 40), clock);
            archiver.runOnce();
            clock.move(Duration.ofMinutes(10).minusNanos(1));
            archiver.runOnce();
            assertThat(journal("1-0")).exists();
            clock.move(Duration.ofNanos(1));
            archiver.runOnce();
            assertThat(journal("1-0")).doesNotExist();
        }
    }

    @Test
    void aDamagedChunkCostsTheBlocksInItAndNoOther() throws IOException {
        try (DataDirectory directory = open(DiskFileOperations.INSTANCE)) {
            fill(directory.openShard(0).journal());
            directory.archiver(AT_ONCE, clock).runOnce();
        }
        TestFiles.flipBit(archive("1-1"), Files.size(archive("1-1")) / 2);
        try (ReadOnlyDataDirectory.VerifiedShard shard =
                ReadOnlyDataDirectory.open(data).verify(0)) {
            assertThat(shard.report().damage()).isNotEmpty();
            assertThat(Blocks.sequences(shard.blocks()))
                    .hasSizeGreaterThanOrEqualTo(EVENTS - 3)
                    .hasSizeLessThan(EVENTS);
        }
    }

    /** Deleting counts as an operation that can fail, too. */
    private static final class Failing extends FaultyFiles {
        private boolean dead;

        @Override
        public void delete(Path path) throws IOException {
            requireAlive();
            super.delete(path);
        }

        private void requireAlive() throws IOException {
            dead |= hasFailed();
            if (dead) {
                throw new IOException("the process is gone");
            }
        }
    }

    @Test
    void contract2_aStopAtAnyStepLeavesEveryEvent() throws IOException {
        Path all = data;
        boolean struck = true;
        for (int nth = 1; struck; nth++) {
            // Each try has a directory of its own: every start adds a segment, and with it steps.
            data = Files.createDirectory(all.resolve("try-" + nth));
            try (DataDirectory directory = open(DiskFileOperations.INSTANCE)) {
                fill(directory.openShard(0).journal(), FEW_EVENTS);
            }
            struck = stopAt(nth);
            assertThat(verify(FEW_EVENTS)).as("step %d", nth).isEmpty();
            assertThat(nth).isLessThan(200);
        }
        assertThat(archive("1-0")).exists();
    }

    /** Lets a step fail, and everything after it; whether there was such a step. */
    private boolean stopAt(int nth) throws IOException {
        Failing files = new Failing();
        files.forceNothing();
        try (DataDirectory directory = open(files)) {
            OpenedShard shard = directory.openShard(0);
            SegmentArchiver archiver = directory.archiver(AT_ONCE, clock);
            files.failAt(nth);
            archiver.runOnce();
            boolean struck = files.hasFailed();
            files.failAt(0);
            assertThat(Blocks.sequences(shard.blocks())).as("step %d", nth).isEqualTo(Blocks.range(0, FEW_EVENTS));
            return struck;
        }
    }

    @Test
    void whoeverReadsGoesOnInTheArchive() throws Exception {
        try (DataDirectory directory = open(DiskFileOperations.INSTANCE)) {
            OpenedShard shard = directory.openShard(0);
            fill(shard.journal());
            AtomicBoolean done = new AtomicBoolean();
            ExecutorService threads = Executors.newSingleThreadExecutor();
            try {
                Future<Integer> reading = threads.submit(() -> {
                    int rounds = 0;
                    BlockReader reader = new BlockReader();
                    while (!done.get() || rounds < 2) {
                        for (int i = 0; i < shard.blocks().blockCount(); i++) {
                            shard.blocks().read(shard.blocks().block(i), reader);
                        }
                        rounds++;
                    }
                    return rounds;
                });
                directory.archiver(AT_ONCE, clock).runOnce();
                done.set(true);
                assertThat(reading.get()).isPositive();
            } finally {
                done.set(true);
                threads.shutdownNow();
            }
        }
    }
}
