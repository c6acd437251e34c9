package io.evident.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.evident.event.Lane;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.Journal;
import io.evident.pipeline.journal.RetainedBlocks;
import io.evident.storage.segment.ChannelBlockFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Segments are sealed beside the forces, so that nobody waits for it. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SegmentSealingTest extends StandbyVolumes {
    private static final Duration SEGMENT_AGE = Duration.ofHours(1);

    private final TestClock time = new TestClock();
    private final List<Runnable> tasks = new ArrayList<>();
    private final RetainedBlocks kept = new RetainedBlocks(16 << 20);

    private JournalSettings settings(Executor executor) {
        return new JournalSettings(1 << 20, SEGMENT_AGE, time).withSealing(executor);
    }

    private DataDirectory open(FaultyFiles over) throws IOException {
        return DataDirectory.open(data, settings(tasks::add), over);
    }

    private void appendOne(Journal journal) throws IOException {
        Block block = blocks.of(Lane.STANDARD, journal.nextSequence(), 1);
        journal.append(block);
        kept.add(block);
    }

    /** Fills so many segments with a block each, and begins the next. */
    private void fill(Journal journal, int segments) throws IOException {
        for (int i = 0; i < segments; i++) {
            appendOne(journal);
            time.move(SEGMENT_AGE.plusSeconds(1));
        }
        appendOne(journal);
    }

    private void runTasks() {
        List<Runnable> all = List.copyOf(tasks);
        tasks.clear();
        all.forEach(Runnable::run);
    }

    private int sealed() {
        return (int) IntStream.range(0, 100)
                .filter(number ->
                        Files.exists(TestFiles.segment(data, 0, "1-" + number).resolve("blocks.idx")))
                .count();
    }

    private void checkAll(int events) throws IOException {
        try (DataDirectory directory = DataDirectory.open(data, settings(Runnable::run))) {
            OpenedShard shard = only(directory);
            assertThat(shard.report().damage()).isEmpty();
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, events));
        }
    }

    @Test
    void aForceLeavesSealingToOthers() throws Exception {
        try (DataDirectory directory = open(new FaultyFiles())) {
            Journal journal = only(directory).journal();
            fill(journal, 2);
            assertThat(tasks).as("nothing is forced yet").isEmpty();
            journal.force();
            assertThat(sealed()).isZero();
            runTasks();
            assertThat(sealed()).isEqualTo(2);
        }
        checkAll(3);
    }

    @Test
    void behindSomeThatWaitEachForceSealsTheOldestOne() throws Exception {
        try (DataDirectory directory = open(new FaultyFiles())) {
            Journal journal = only(directory).journal();
            fill(journal, SegmentSealing.MAX_WAITING);
            journal.force();
            assertThat(sealed()).isZero();
            for (int more = 1; more <= 2; more++) {
                time.move(SEGMENT_AGE.plusSeconds(1));
                appendOne(journal);
                journal.force();
                assertThat(sealed()).isEqualTo(more);
            }
            assertThat(TestFiles.segment(data, 0, "1-0").resolve("blocks.idx")).exists();
        }
    }

    @Test
    void whatIsLeftIsSealedAtTheEnd() throws Exception {
        try (DataDirectory directory = open(new FaultyFiles())) {
            fill(only(directory).journal(), 3);
        }
        assertThat(sealed()).as("and the one that was being written").isEqualTo(4);
        checkAll(4);
    }

    @Test
    void aSegmentThatCannotBeSealedIsTriedAgainWithTheNext() throws Exception {
        FaultyFiles over = new FaultyFiles();
        try (DataDirectory directory = open(over)) {
            Journal journal = only(directory).journal();
            fill(journal, 1);
            journal.force();
            over.failAt(1);
            runTasks();
            assertThat(over.hasFailed()).isTrue();
            assertThat(sealed()).isZero();
            time.move(SEGMENT_AGE.plusSeconds(1));
            appendOne(journal);
            journal.force();
            runTasks();
            assertThat(sealed()).isEqualTo(2);
        }
    }

    @Test
    void oneThatCannotBeSealedKeepsNoOther() throws Exception {
        BrokenSegment over = new BrokenSegment();
        try (DataDirectory directory = open(over)) {
            Journal journal = only(directory).journal();
            fill(journal, 3);
            journal.force();
            runTasks();
            assertThat(sealed()).isEqualTo(2);
            over.broken = false;
            time.move(SEGMENT_AGE.plusSeconds(1));
            appendOne(journal);
            journal.force();
            runTasks();
            assertThat(sealed()).isEqualTo(4);
        }
    }

    @Test
    void whatHasWaitedIsSealedOnceItCanBe() throws Exception {
        BrokenSegment over = new BrokenSegment();
        over.all = true;
        try (DataDirectory directory = open(over)) {
            Journal journal = only(directory).journal();
            fill(journal, SegmentSealing.MAX_WAITING + 2);
            journal.force();
            runTasks();
            assertThat(sealed()).isZero();
            over.broken = false;
            time.move(SEGMENT_AGE.plusSeconds(1));
            appendOne(journal);
            journal.force();
            runTasks();
            assertThat(sealed()).isEqualTo(SegmentSealing.MAX_WAITING + 3);
        }
    }

    /** Of which the first segment's directory takes no seal, or none does. */
    private static final class BrokenSegment extends FaultyFiles {
        private boolean broken = true;
        private boolean all;

        @Override
        public FileChannel open(Path file, OpenOption... options) throws IOException {
            if (broken && file.endsWith(all ? "blocks.idx.new" : "1-0/blocks.idx.new")) {
                throw new IOException("Input/output error");
            }
            return super.open(file, options);
        }
    }

    @Test
    void behindAForceThatFailedNothingIsSealed() throws Exception {
        FaultyFiles over = new FaultyFiles();
        DataDirectory directory = open(over);
        Journal journal = only(directory).journal();
        fill(journal, 1);
        journal.force();
        appendOne(journal);
        over.failAt(1);
        assertThatThrownBy(journal::force).isInstanceOf(IOException.class);
        runTasks();
        assertThat(sealed()).isZero();
        assertThatThrownBy(directory::close).hasMessageContaining("failed earlier");
        checkAll(3);
    }

    @Test
    void behindAnAppendThatFailedWhatIsForcedIsSealedAllTheSame() throws Exception {
        FaultyFiles over = new FaultyFiles();
        try (DataDirectory directory = open(over)) {
            Journal journal = only(directory).journal();
            fill(journal, 1);
            journal.force();
            time.move(SEGMENT_AGE.plusSeconds(1));
            over.failAt(2);
            assertThatThrownBy(() -> fill(journal, 3)).isInstanceOf(IOException.class);
            runTasks();
            assertThat(sealed()).isOne();
        }
    }

    @Test
    void aSegmentOfWhichBlocksAreWrittenAgainWhileItIsSealedKeepsNone() throws Exception {
        try (DataDirectory directory =
                DataDirectory.open(data, settings.withSealing(tasks::add), files, ChannelBlockFile.opener(files))) {
            OpenedShard shard = only(directory);
            Journal journal = shard.journal();
            for (int i = 0; i < 14; i++) {
                Block block = blocks.of(Lane.STANDARD, journal.nextSequence(), 10, 20_000);
                journal.append(block);
                kept.add(block);
            }
            journal.force();
            assertThat(tasks).isNotEmpty();
            // The seal is put together; before it gets its name the volume fails, with all of it still to be called
            // SYNCED.
            files.before("blocks.idx.new", () -> journal.standby().takeOver(kept, broken));
            runTasks();
            assertThat(shard.standby().isInUse()).isTrue();
            for (int i = 0; i < shard.blocks().blockCount(); i++) {
                assertThat(shard.blocks().block(i).segment())
                        .as("on the standby volume")
                        .isGreaterThan(2);
            }
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 140));
        }
        try (ReadOnlyDataDirectory.VerifiedShard shard =
                ReadOnlyDataDirectory.open(data, standby).verify(0)) {
            assertThat(shard.report().damage()).isEmpty();
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 140));
        }
    }

    @Test
    void aForceDoesNotWaitForASealThatHangsAndACloseDoes() throws Exception {
        HangingSeals over = new HangingSeals();
        FutureTask<Void> close;
        try {
            DataDirectory directory = DataDirectory.open(
                    data, new JournalSettings(1 << 20, SEGMENT_AGE, time).withSealingThreads(), over);
            Journal journal = only(directory).journal();
            fill(journal, 1);
            journal.force();
            assertThat(over.reached.await(20, TimeUnit.SECONDS)).isTrue();
            appendOne(journal);
            journal.force();
            close = new FutureTask<>(() -> {
                directory.close();
                return null;
            });
            Thread closing = new Thread(close);
            closing.start();
            await().until(() -> closing.getState() == Thread.State.TIMED_WAITING);
            assertThat(sealed()).isZero();
        } finally {
            over.goOn.countDown();
        }
        close.get();
        assertThat(sealed()).isEqualTo(2);
        checkAll(3);
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
