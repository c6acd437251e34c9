package io.evident.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.evident.event.Lane;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.journal.FailedVolumeException;
import io.evident.storage.directory.DataLock;
import io.evident.storage.emergency.EmergencySettings;
import io.evident.storage.file.DiskFileOperations;
import io.evident.storage.segment.ChannelBlockFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EmergencyJournalTest {
    /** A block of one event with so many bytes of attributes takes a bit more than a tenth of a file. */
    private static final int TENTH = 50_000;

    @TempDir
    Path folder;

    private Emergency emergency;

    private void start(int copies) {
        emergency = new Emergency(folder, DiskFileOperations.INSTANCE, copies);
    }

    @AfterEach
    void close() throws IOException {
        if (emergency != null) {
            emergency.close();
        }
    }

    @ParameterizedTest(name = "{0} copies")
    @ValueSource(ints = {1, 2})
    void contract2_keepsWhatItTookOverStartsUnderThePositionsItGave(int copies) throws Exception {
        start(copies);
        emergency.open(0);
        assertThat(emergency.opened.journal().nextPosition()).isEqualTo(1);
        assertThat(emergency.opened.journal().workingCopies()).isEqualTo(copies);
        assertThat(emergency.append(3).firstSequence()).isEqualTo(1);
        assertThat(emergency.append(1).incarnation()).isEqualTo(1);
        assertThat(emergency.positions()).isEqualTo(Blocks.range(1, 5));
        for (int start = 0; start < 3; start++) {
            emergency.close();
            emergency.open(0);
            assertThat(emergency.damage()).isEmpty();
            assertThat(emergency.opened.report().copiedBlocks()).isZero();
            assertThat(emergency.positions()).isEqualTo(Blocks.range(1, 5 + start));
            emergency.append(1);
        }
    }

    @Test
    void continuesBehindTheHighestPositionAlsoWhenEverythingIsFolded() throws Exception {
        start(1);
        emergency.open(0);
        emergency.append(7);
        emergency.opened.journal().discardThrough(7);
        assertThat(emergency.opened.blocks().blocks()).isEmpty();
        emergency.close();
        emergency.open(7);
        assertThat(emergency.opened.journal().nextPosition()).isEqualTo(8);
        assertThat(emergency.positions()).isEmpty();
        emergency.close();
        emergency.open(20);
        assertThat(emergency.opened.journal().nextPosition()).isEqualTo(21);
    }

    /** Remembers what was opened to be read. */
    private static final class OpenedToRead extends FaultyFiles {
        final List<Path> opened = new CopyOnWriteArrayList<>();

        @Override
        public FileChannel open(Path file, OpenOption... options) throws IOException {
            if (List.of(options).equals(List.of(StandardOpenOption.READ))) {
                opened.add(file);
            }
            return super.open(file, options);
        }
    }

    @Test
    void readsTheWorkingCopyFirstAndNeverOneOnAVolumeThatHangs() throws Exception {
        OpenedToRead files = new OpenedToRead();
        emergency = new Emergency(folder, files, 2);
        emergency.open(0);
        emergency.append(3);
        emergency.opened.failVolume(emergency.directory(0), "its volume hangs", true);
        files.opened.clear();
        assertThat(emergency.positions()).isEqualTo(Blocks.range(1, 4));
        assertThat(files.opened).noneMatch(file -> file.startsWith(emergency.directory(0)));

        assertThat(emergency.opened.journal().workingCopies()).isEqualTo(1);
        assertThat(emergency.append(1)).isNotNull();
        assertThat(emergency.positions()).isEqualTo(Blocks.range(1, 5));
        emergency.opened.failVolume(emergency.directory(1), "its volume hangs, too", true);
        assertThatThrownBy(emergency::positions)
                .isInstanceOf(FailedVolumeException.class)
                .hasMessageContaining("emergency positions 1 to 3");
        assertThat(files.opened).noneMatch(file -> file.startsWith(emergency.directory(0)));
    }

    @Test
    void whatIsInNoCopyIsNamedOnlyWhenTheVolumeHasFailed() throws Exception {
        start(1);
        emergency.open(0);
        BlockInfo block = emergency.append(1);
        TestFiles.flipBit(emergency.file(0, 0), block.position() + 100);
        assertThatThrownBy(emergency::positions)
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(FailedVolumeException.class);
        emergency.opened.failVolume(folder.resolve("elsewhere"), "another volume failed", false);
        assertThatThrownBy(emergency::positions).isNotInstanceOf(FailedVolumeException.class);
        emergency.opened.failVolume(emergency.directory(0), "its volume failed", false);
        assertThatThrownBy(emergency::positions).isInstanceOf(FailedVolumeException.class);
    }

    @Test
    void keepsABlockUntilAllOfItIsFolded() throws Exception {
        start(1);
        emergency.open(0);
        emergency.append(2);
        emergency.append(3);
        List<BlockInfo> before = emergency.opened.blocks().blocks();
        emergency.opened.journal().discardThrough(4);
        assertThat(before).hasSize(2);
        assertThat(emergency.positions()).isEqualTo(Blocks.range(3, 6));
        emergency.close();
        emergency.open(4);
        assertThat(emergency.positions()).isEqualTo(Blocks.range(3, 6));
        assertThat(emergency.damage()).isEmpty();
    }

    @Test
    void contract7_isFullWithoutHarmAndTakesMoreWhenFilesAreFolded() throws Exception {
        start(2);
        emergency.open(0, 2);
        int blocks = 0;
        while (emergency.append(1, TENTH) != null) {
            blocks++;
        }
        assertThat(blocks).isEqualTo(20);
        assertThat(emergency.append(1, TENTH)).isNull();
        assertThat(emergency.opened.journal().nextPosition()).isEqualTo(blocks + 1);
        emergency.opened.journal().discardThrough(9);
        assertThat(emergency.append(1, TENTH))
                .as("a file is free only as a whole")
                .isNull();
        emergency.opened.journal().discardThrough(10);
        assertThat(emergency.append(1, TENTH)).isNotNull();
        assertThat(emergency.positions()).isEqualTo(Blocks.range(11, 22));
        emergency.close();
        emergency.open(10, 2);
        assertThat(emergency.positions()).isEqualTo(Blocks.range(11, 22));
        assertThat(emergency.damage()).isEmpty();
        assertThat(Files.size(emergency.file(0, 0))).isEqualTo(Emergency.FILE_BYTES);
    }

    @Test
    void fillsAFileToTheLastByteAndNeverWritesBehindIt() throws Exception {
        start(1);
        emergency.open(0, 1);
        BlockInfo probe = emergency.append(1, 8);
        int overhead = probe.lengthBytes() - 8;
        long left;
        emergency.append(1, 60_000);
        // The next length word stands where the last block's closing word did; a closing word has to fit behind.
        while (true) {
            List<BlockInfo> all = emergency.opened.blocks().blocks();
            BlockInfo last = all.get(all.size() - 1);
            left = Emergency.FILE_BYTES - (last.position() + (last.lengthBytes() + 3 & -4));
            if (left < 62_000) {
                break;
            }
            emergency.append(1, 60_000);
        }
        int exact = (int) (left - 8 - overhead);
        assertThat(emergency.append(1, exact + 1)).as("one byte more").isNull();
        assertThat(emergency.append(1, exact)).as("exactly full").isNotNull();
        assertThat(emergency.append(1, 0)).as("one more").isNull();
        long events = emergency.opened.journal().nextPosition();
        emergency.close();
        assertThat(Files.size(emergency.file(0, 0))).isEqualTo(Emergency.FILE_BYTES);
        emergency.open(0, 1);
        assertThat(emergency.positions()).isEqualTo(Blocks.range(1, events));
        assertThat(emergency.append(1)).isNull();
    }

    @Test
    void neverBringsBackWhatIsFoldedFromFilesThatAreWrittenAgain() throws Exception {
        start(2);
        emergency.open(0, 2);
        long folded = 0;
        for (int round = 0; round < 8; round++) {
            long before = emergency.opened.journal().nextPosition();
            int size = round % 2 == 0 ? TENTH : 20_000;
            for (int i = 0; i < 7; i++) {
                assertThat(emergency.append(1, size)).isNotNull();
            }
            emergency.close();
            emergency.open(folded, 2);
            assertThat(emergency.positions()).isEqualTo(Blocks.range(folded + 1, before + 7));
            assertThat(emergency.damage()).isEmpty();
            folded = before + 4;
            emergency.opened.journal().discardThrough(folded);
        }
    }

    @Test
    void tellsAReaderThatABlockIsKeptNoMore() throws Exception {
        start(1);
        emergency.open(0, 1);
        BlockInfo old = emergency.append(2);
        while (emergency.append(1, TENTH) != null) {
            // Until it is full.
        }
        emergency.opened.journal().discardThrough(emergency.opened.journal().nextPosition() - 1);
        emergency.append(1, TENTH);
        assertThatThrownBy(() -> emergency.opened.blocks().read(old, new BlockReader()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("positions 1 to 2");
    }

    @Test
    void refusesWhatBreaksItsOrder() throws Exception {
        start(1);
        emergency.open(0);
        Blocks blocks = new Blocks();
        for (Block wrong : List.of(new Block(), new Blocks().of(Lane.CRITICAL, 2, 1), blocks.of(Lane.STANDARD, 1, 1))) {
            if (wrong.count() == 0) {
                wrong.begin(Lane.CRITICAL, 1, 1);
            }
            assertThatThrownBy(() -> emergency.opened.journal().append(wrong))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> emergency.opened.journal().discardThrough(1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(emergency.append(1)).isNotNull();
    }

    @Test
    void refusesSettingsThatCannotWork() {
        Duration second = Duration.ofSeconds(1);
        assertThatThrownBy(() -> new EmergencySettings(1 << 10, 1 << 20, null, second))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new EmergencySettings(1 << 20, 1 << 19, null, second))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new EmergencySettings(1 << 20, 101L << 20, null, second))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new EmergencySettings(1 << 20, 1 << 20, null, second.negated()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void contract2_aStartForReadingOnlyBeginsNoOtherJournalWhileTheBackupThatHoldsTheEventsIsAway() throws Exception {
        Path data = Files.createDirectories(folder.toRealPath().resolve("data"));
        Path backup = Files.createDirectories(folder.toRealPath().resolve("backup"));
        JournalSettings settings = new JournalSettings(
                1 << 20,
                Duration.ofHours(1),
                System::nanoTime,
                Emergency.settings(2, Duration.ofSeconds(30)).withBackup(backup));
        FailingVolume files = new FailingVolume(data.resolve("shard-00/segments"));
        try (DataDirectory directory = DataDirectory.open(data, settings, files, ChannelBlockFile.opener(files))) {
            directory.openShards(1).get(0).emergency().journal().append(new Blocks().of(Lane.CRITICAL, 1, 4));
        }
        TestFiles.remove(data.resolve("shard-00/emergency"));
        files.breakAt(1);
        try (DataLock lock = DataLock.take(files, backup, "emergency.backup");
                DataDirectory directory = DataDirectory.open(data, settings, files, ChannelBlockFile.opener(files))) {
            OpenedShard shard = directory.openShards(1).get(0);
            assertThat(lock).isNotNull();
            assertThat(shard.failure()).isNotNull();
            assertThat(shard.emergency().journal().workingCopies()).isZero();
        }
        files.mend();
        try (DataDirectory directory = DataDirectory.open(data, settings, files, ChannelBlockFile.opener(files))) {
            OpenedShard shard = directory.openShards(1).get(0);
            assertThat(shard.emergency().blocks().blocks())
                    .singleElement()
                    .satisfies(block -> assertThat(block.lastSequence()).isEqualTo(4));
            assertThat(shard.emergency().journal().workingCopies()).isEqualTo(2);
        }
    }

    @Test
    void contract2_aFoldThatIsNotForcedFreesNoRoomWhileTheShardIsOnlyRead() throws Exception {
        Path data = Files.createDirectories(folder.toRealPath().resolve("data"));
        JournalSettings settings = new JournalSettings(
                1 << 20, Duration.ofHours(1), System::nanoTime, Emergency.settings(2, Duration.ofSeconds(30)));
        Path segments = data.resolve("shard-00/segments");
        FailingVolume files = new FailingVolume(segments);
        Blocks blocks = new Blocks();
        DataDirectory first = DataDirectory.open(data, settings, files, ChannelBlockFile.opener(files));
        OpenedShard writable = first.openShards(1).get(0);
        writable.emergency().journal().append(blocks.of(Lane.CRITICAL, 1, 4));
        Block fold = blocks.of(Lane.CRITICAL, 0, 4);
        fold.foldThrough(4);
        writable.journal().append(fold);
        files.breakAt(1);
        assertThatThrownBy(first::close).isInstanceOf(IOException.class);

        try (DataDirectory directory = DataDirectory.open(data, settings, files, ChannelBlockFile.opener(files))) {
            OpenedShard readable = directory.openShards(1).get(0);
            assertThat(readable.failure()).isNotNull();
            assertThat(readable.blocks().foldedThrough(readable.blocks().blockCount()))
                    .isEqualTo(4);
            readable.emergency().journal().append(blocks.of(Lane.CRITICAL, 5, 1));
        }
        // The page that was never on the disk is not in memory any more.
        TestFiles.remove(segments);
        files.mend();
        try (DataDirectory directory = DataDirectory.open(data, settings, files, ChannelBlockFile.opener(files))) {
            OpenedShard shard = directory.openShards(1).get(0);
            assertThat(shard.emergency().blocks().blocks())
                    .extracting(BlockInfo::lastSequence)
                    .containsExactly(4L, 5L);
        }
    }

    @Test
    void opensWithTheShardBesideItsJournalAndWithABackupElsewhere() throws Exception {
        Path backup = folder.resolve("other/volume");
        EmergencySettings small = Emergency.settings(2, Duration.ofSeconds(30)).withBackup(backup);
        JournalSettings settings = new JournalSettings(1 << 20, Duration.ofHours(1), System::nanoTime, small);
        Blocks blocks = new Blocks();
        try (DataDirectory data = DataDirectory.open(folder.resolve("data"), settings)) {
            OpenedShard shard = data.openShard(0);
            assertThat(shard.emergency().journal().workingCopies()).isEqualTo(2);
            shard.emergency().journal().append(blocks.of(Lane.CRITICAL, 1, 4));
            assertThat(folder.resolve("data/shard-00/emergency/00.blocks"))
                    .hasSameBinaryContentAs(backup.resolve("shard-00/00.blocks"));
            Block fold = blocks.of(Lane.CRITICAL, 0, 2);
            fold.foldThrough(4);
            shard.journal().append(fold);

            JournalSettings same = settings;
            try (DataDirectory other = DataDirectory.open(folder.resolve("else"), same)) {
                OpenedShard without = other.openShard(0);
                assertThat(without.emergency().journal().workingCopies()).isEqualTo(1);
                assertThat(without.emergency().report().hasSeriousDamage()).isTrue();
            }
        }
        try (DataDirectory data = DataDirectory.open(folder.resolve("data"), settings)) {
            OpenedShard shard = data.openShard(0);
            assertThat(shard.emergency().blocks().blocks()).isEmpty();
            assertThat(shard.emergency().journal().nextPosition()).isEqualTo(5);
            assertThat(shard.emergency().report().damage()).isEmpty();
            BlockInfo next = shard.emergency().journal().append(blocks.of(Lane.CRITICAL, 5, 1));
            assertThat(next.incarnation()).isEqualTo(shard.journal().incarnation());
        }
        // Chronicle closes the last of its files on a thread of its own.
        await().untilAsserted(() ->
                assertThat(TestFiles.openFilesUnder(folder.toRealPath())).isLessThanOrEqualTo(0));
    }
}
