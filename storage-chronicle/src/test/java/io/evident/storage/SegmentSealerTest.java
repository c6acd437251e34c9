package io.evident.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.evident.event.Lane;
import io.evident.pipeline.journal.Journal;
import io.evident.storage.file.DiskFileOperations;
import io.evident.storage.file.FileOperations;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Segments are sealed beside the forces, so that nobody waits for it. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SegmentSealerTest {
    private static final Duration SEGMENT_AGE = Duration.ofHours(1);

    @TempDir
    private Path base;

    private final Blocks blocks = new Blocks();
    private final TestClock clock = new TestClock();

    private DataDirectory open(FileOperations files) throws IOException {
        return DataDirectory.open(base.resolve("data"), new JournalSettings(1 << 20, SEGMENT_AGE, clock), files);
    }

    /** Fills so many segments with a block each and begins the next. */
    private void fill(Journal journal, int segments) throws IOException {
        for (int i = 0; i < segments; i++) {
            journal.append(blocks.of(Lane.STANDARD, journal.nextSequence(), 1));
            clock.move(SEGMENT_AGE.plusSeconds(1));
        }
        journal.append(blocks.of(Lane.STANDARD, journal.nextSequence(), 1));
    }

    private int sealed() {
        return (int) IntStream.range(0, 100)
                .filter(number -> Files.exists(TestFiles.segment(base.resolve("data"), 0, "1-" + number)
                        .resolve("blocks.idx")))
                .count();
    }

    @Test
    void aForceSealsNothingAndEachCycleOfTheSealerOneSegment() throws Exception {
        try (DataDirectory directory = open(DiskFileOperations.INSTANCE)) {
            Journal journal = directory.openShard(0).journal();
            fill(journal, 2);
            assertThat(directory.sealer().doWork()).as("not forced yet").isZero();
            journal.force();
            assertThat(sealed()).isZero();
            assertThat(directory.sealer().doWork()).isOne();
            assertThat(sealed()).isOne();
            assertThat(directory.sealer().doWork()).isOne();
            assertThat(sealed()).isEqualTo(2);
            assertThat(directory.sealer().doWork()).isZero();
        }
    }

    @Test
    void aForceSealsWhatTheSealerLeavesBehindForTooLong() throws Exception {
        try (DataDirectory directory = open(DiskFileOperations.INSTANCE)) {
            Journal journal = directory.openShard(0).journal();
            fill(journal, ChronicleJournal.MAX_UNSEALED);
            journal.force();
            assertThat(sealed()).isZero();
            fill(journal, 2);
            journal.force();
            assertThat(sealed()).isGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void whatIsLeftIsSealedAtTheEnd() throws Exception {
        try (DataDirectory directory = open(DiskFileOperations.INSTANCE)) {
            fill(directory.openShard(0).journal(), 3);
        }
        assertThat(sealed()).as("and the one that was being written").isEqualTo(4);
    }

    @Test
    void aJournalThatFailedIsNotSealedAnyMore() throws Exception {
        FaultyFiles files = new FaultyFiles();
        try (DataDirectory directory = open(files)) {
            Journal journal = directory.openShard(0).journal();
            fill(journal, 1);
            journal.force();
            journal.append(blocks.of(Lane.STANDARD, journal.nextSequence(), 1));
            files.failAt(1);
            assertThatThrownBy(journal::force).isInstanceOf(IOException.class);
            TestFiles.seal(directory);
            assertThat(sealed()).isZero();
        } catch (IOException e) {
            assertThat(e).as("of the close").hasMessageContaining("failed earlier");
        }
    }

    @Test
    void aForceDoesNotWaitForASealThatHangs() throws Exception {
        HangingSeals files = new HangingSeals();
        try (DataDirectory directory = open(files)) {
            Journal journal = directory.openShard(0).journal();
            directory.start();
            fill(journal, 1);
            journal.force();
            assertThat(files.reached.await(20, TimeUnit.SECONDS)).isTrue();
            journal.append(blocks.of(Lane.STANDARD, journal.nextSequence(), 1));
            journal.force();
            files.goOn.countDown();
            await().until(() -> sealed() == 1);
        } finally {
            files.goOn.countDown();
        }
    }

    private static final class HangingSeals extends FaultyFiles {
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch goOn = new CountDownLatch(1);

        @Override
        public FileChannel open(Path file, OpenOption... options) throws IOException {
            if (file.endsWith("blocks.idx.new")) {
                reached.countDown();
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
            return super.open(file, options);
        }
    }
}
