package io.evident.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.event.Lane;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.journal.BlockSource;
import io.evident.pipeline.journal.FailedVolumeException;
import io.evident.pipeline.journal.HungForceException;
import io.evident.pipeline.journal.Journal;
import io.evident.pipeline.journal.RetainedBlocks;
import io.evident.pipeline.journal.StandbyVolume;
import io.evident.pipeline.journal.UnreadablePart;
import io.evident.storage.directory.DataLayout;
import io.evident.storage.directory.StandbySettings;
import io.evident.storage.segment.ChannelBlockFile;
import io.evident.storage.segment.DamageKind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StandbyTest {
    private final IOException broken = new IOException("Input/output error");

    @TempDir
    Path base;

    private Path data;
    private Path standby;
    private FailingVolume files;
    private JournalSettings settings;
    private final Blocks blocks = new Blocks();
    private final RetainedBlocks retained = new RetainedBlocks(RetainedBlocks.MIN_BYTES);

    @BeforeEach
    void place() throws IOException {
        data = base.toRealPath().resolve("data");
        standby = base.toRealPath().resolve("standby");
        files = new FailingVolume(data.resolve("shard-00"));
        files.forceNothing();
        settings = new JournalSettings(1 << 20, Duration.ofHours(1), new TestClock())
                .withStandby(StandbySettings.in(standby));
    }

    private DataDirectory open() throws IOException {
        return DataDirectory.open(data, settings, files, ChannelBlockFile.opener(files));
    }

    private static OpenedShard only(DataDirectory directory) throws IOException {
        return directory.openShards(1).get(0);
    }

    private void append(Journal journal, int count) throws IOException {
        Block block = blocks.of(Lane.STANDARD, journal.nextSequence(), count);
        journal.append(block);
        retained.add(block);
    }

    /** Three forced blocks of ten, three that are not, and the volume fails. */
    private StandbyVolume.Taken failOver(OpenedShard shard) throws IOException {
        Journal journal = shard.journal();
        for (int i = 0; i < 3; i++) {
            append(journal, 10);
        }
        journal.force();
        retained.trimThrough(29);
        for (int i = 0; i < 3; i++) {
            append(journal, 10);
        }
        return journal.standby().takeOver(retained, broken);
    }

    private static List<UnreadablePart> unreadable(BlockSource source) throws IOException {
        List<UnreadablePart> parts = new ArrayList<>(source.unreadable());
        BlockReader reader = new BlockReader();
        for (int i = 0; i < source.blockCount(); i++) {
            try {
                source.read(source.block(i), reader);
            } catch (FailedVolumeException e) {
                parts.add(e.part());
            }
        }
        return parts;
    }

    static void remove(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path each, IOException e) throws IOException {
                Files.delete(each);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    @Test
    void contract2_goesOnDenselyWithTheBlocksThatWereNotForced() throws Exception {
        try (DataDirectory directory = open()) {
            OpenedShard shard = only(directory);
            StandbyVolume.Taken taken = failOver(shard);

            assertThat(taken.journal().incarnation()).isEqualTo(2);
            assertThat(taken.journal().isOnStandby()).isTrue();
            assertThat(taken.journal().standby()).isNull();
            assertThat(taken.last().incarnation()).isEqualTo(1);
            assertThat(taken.last().lastSequence()).isEqualTo(59);
            blocks.append(taken.journal(), 10);
            taken.journal().force();
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 70));
            assertThat(shard.blocks().block(6).incarnation()).isEqualTo(2);
        }
        assertThat(SegmentNames.in(standby)).containsExactly("1-1", "2-0");
    }

    @Test
    void contract2_theBlockInDoubtIsWrittenInItsIncarnationAndPlace() throws Exception {
        try (DataDirectory directory = open()) {
            OpenedShard shard = only(directory);
            append(shard.journal(), 10);
            Block doubtful = blocks.of(Lane.ELEVATED, 10, 5);
            files.breakAt(1);
            assertThatThrownBy(() -> shard.journal().append(doubtful)).isInstanceOf(IOException.class);
            retained.add(doubtful);
            StandbyVolume.Taken taken = shard.journal().standby().takeOver(retained, broken);

            assertThat(taken.last().firstSequence()).isEqualTo(10);
            assertThat(taken.last().incarnation()).isEqualTo(1);
            assertThat(taken.last().lane()).isEqualTo(Lane.ELEVATED);
            assertThat(taken.journal().nextSequence()).isEqualTo(15);
            blocks.append(taken.journal(), 1);
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 16));
        }
        files.mend();
        try (DataDirectory directory = open()) {
            OpenedShard shard = only(directory);
            assertThat(shard.report().damage()).noneMatch(damage -> damage.isSerious());
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 16));
        }
    }

    @Test
    void contract2_nothingRetainedNeedsNoSegmentOfItsOwn() throws Exception {
        try (DataDirectory directory = open()) {
            OpenedShard shard = only(directory);
            StandbyVolume.Taken taken = shard.journal().standby().takeOver(retained, broken);
            assertThat(taken.last()).isNull();
            blocks.append(taken.journal(), 1);
        }
        assertThat(SegmentNames.in(standby)).containsExactly("2-0");
    }

    @Test
    void contract2_aStartWithBothVolumesServesEachEventOnceAndWritesToItsOwnAgain() throws Exception {
        try (DataDirectory directory = open()) {
            StandbyVolume.Taken taken = failOver(only(directory));
            blocks.append(taken.journal(), 10);
        }
        for (int start = 0; start < 2; start++) {
            try (DataDirectory directory = open()) {
                OpenedShard shard = only(directory);
                assertThat(shard.failure()).isNull();
                assertThat(shard.journal().isOnStandby()).isFalse();
                assertThat(shard.journal().incarnation()).isEqualTo(3 + start);
                assertThat(shard.report().damage()).isEmpty();
                assertThat(shard.report().supersededBlocks()).isEqualTo(3);
                assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 70 + start));
                blocks.append(shard.journal(), 1);
            }
        }
    }

    @Test
    void contract2_whatTheFailedVolumeLostOfTheBlocksWrittenAgainIsNoDamage() throws Exception {
        BlockInfo fourth;
        try (DataDirectory directory = open()) {
            OpenedShard shard = only(directory);
            fourth = null;
            Journal journal = shard.journal();
            for (int i = 0; i < 3; i++) {
                append(journal, 10);
            }
            journal.force();
            retained.trimThrough(29);
            for (int i = 0; i < 3; i++) {
                append(journal, 10);
                fourth = fourth == null ? shard.blocks().block(3) : fourth;
            }
            journal.standby().takeOver(retained, broken);
        }
        Path file = TestFiles.journal(data, 0, "1-0");
        TestFiles.overwrite(file, fourth.position() + 3, new byte[100]);
        try (DataDirectory directory = open()) {
            OpenedShard shard = only(directory);
            assertThat(shard.report().damage()).isEmpty();
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 60));
        }
    }

    @Test
    void contract2_aBlockDamagedOnTheStandbyIsServedFromTheFailedVolume() throws Exception {
        BlockInfo again;
        try (DataDirectory directory = open()) {
            OpenedShard shard = only(directory);
            failOver(shard);
            again = shard.blocks().block(4);
        }
        TestFiles.flipBit(TestFiles.journal(standby, 0, "1-1"), again.position() + 300);
        try (DataDirectory directory = open()) {
            OpenedShard shard = only(directory);
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 60));
            assertThat(shard.report().damage())
                    .extracting(damage -> damage.segment())
                    .containsOnly("standby/1-1");
        }
    }

    @Test
    void contract10_goesOnBehindTheStandbyWhenItsOwnVolumeIsNewAndNamesWhatIsMissing() throws Exception {
        try (DataDirectory directory = open()) {
            StandbyVolume.Taken taken = failOver(only(directory));
            blocks.append(taken.journal(), 10);
        }
        remove(data);
        try (DataDirectory directory = open()) {
            OpenedShard shard = only(directory);
            assertThat(shard.failure()).isNull();
            assertThat(shard.journal().incarnation()).isEqualTo(3);
            assertThat(shard.journal().nextSequence()).isEqualTo(70);
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(30, 70));
            assertThat(unreadable(shard.blocks()))
                    .extracting(UnreadablePart::fromSequence, UnreadablePart::toSequence)
                    .containsExactly(org.assertj.core.groups.Tuple.tuple(0L, 29L));
        }
    }

    @Test
    void contract4_isOpenForReadingOnlyWhileItsStandbyIsAway() throws Exception {
        try (DataDirectory directory = open()) {
            StandbyVolume.Taken taken = failOver(only(directory));
            blocks.append(taken.journal(), 10);
        }
        Path hidden = base.resolve("hidden");
        Files.move(standby, hidden);
        try (DataDirectory directory = open()) {
            OpenedShard shard = only(directory);
            assertThat(shard.failure())
                    .hasMessageContaining("is not the one it had before")
                    .hasMessageContaining("delete " + data.resolve("shard-00").resolve("standby.id"));
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 60));
            assertThat(unreadable(shard.blocks()))
                    .extracting(UnreadablePart::fromSequence, UnreadablePart::toSequence)
                    .containsExactly(org.assertj.core.groups.Tuple.tuple(60L, UnreadablePart.OPEN_END));
        }
        remove(standby);
        Files.move(hidden, standby);
        try (DataDirectory directory = open()) {
            OpenedShard shard = only(directory);
            assertThat(shard.failure()).isNull();
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 70));
        }
    }

    @Test
    void contract4_isOpenForReadingOnlyWhenItsStandbyIsNoLongerNamed() throws Exception {
        open().close();
        try (DataDirectory directory = open()) {
            only(directory);
        }
        settings = new JournalSettings(1 << 20, Duration.ofHours(1), new TestClock());
        try (DataDirectory directory = open()) {
            assertThat(only(directory).failure()).hasMessageContaining("standby.directory is not set");
        }
        Files.delete(data.resolve("shard-00").resolve("standby.id"));
        try (DataDirectory directory = open()) {
            assertThat(only(directory).failure()).isNull();
        }
    }

    @Test
    void contract10_beginsOnTheStandbyWhenItsOwnVolumeCanOnlyBeRead() throws Exception {
        Path copy = base.toRealPath().resolve("copy");
        try (DataDirectory directory = open()) {
            OpenedShard shard = only(directory);
            append(shard.journal(), 10);
            append(shard.journal(), 10);
            TestFiles.copy(data, copy);
        }
        // As a process that died left it: not sealed.
        remove(data);
        Files.move(copy, data);
        files.breakAt(1);
        try (DataDirectory directory = open()) {
            OpenedShard shard = only(directory);
            assertThat(shard.failure()).isNull();
            assertThat(shard.ownFailure()).hasMessageContaining("Input/output error");
            assertThat(shard.journal().isOnStandby()).isTrue();
            assertThat(shard.journal().nextSequence()).isEqualTo(20);
            blocks.append(shard.journal(), 10);
            files.setReadable(false);
            // Also what was not forced by anyone is on the standby now.
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 30));
        }
        files.mend();
        files.setReadable(true);
        try (DataDirectory directory = open()) {
            OpenedShard shard = only(directory);
            assertThat(shard.report().damage()).isEmpty();
            assertThat(shard.report().supersededBlocks()).isEqualTo(2);
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 30));
        }
    }

    @Test
    void contract10_beginsOnTheStandbyWhenItsOwnVolumeCannotEvenBeRead() throws Exception {
        try (DataDirectory directory = open()) {
            StandbyVolume.Taken taken = failOver(only(directory));
            blocks.append(taken.journal(), 10);
        }
        files.breakAt(1);
        files.setReadable(false);
        try (DataDirectory directory = open()) {
            OpenedShard shard = only(directory);
            assertThat(shard.failure()).isNull();
            assertThat(shard.journal().isOnStandby()).isTrue();
            assertThat(shard.journal().nextSequence()).isEqualTo(70);
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(30, 70));
            assertThat(unreadable(shard.blocks())).singleElement().satisfies(part -> {
                assertThat(part.fromSequence()).isZero();
                assertThat(part.toSequence()).isEqualTo(29);
            });
        }
    }

    @Test
    void namesWhatCannotBeReadOfAFailedVolumeAndDoesNotTouchOneThatHangs() throws Exception {
        try (DataDirectory directory = open()) {
            OpenedShard shard = only(directory);
            append(shard.journal(), 10);
            shard.journal().force();
            retained.trimThrough(9);
            append(shard.journal(), 10);
            shard.journal().standby().takeOver(retained, new HungForceException(3));

            assertThat(unreadable(shard.blocks())).singleElement().satisfies(part -> {
                assertThat(part.fromSequence()).isZero();
                assertThat(part.toSequence()).isEqualTo(9);
                assertThat(part.reason()).contains("can be read again when it is back");
            });
        }
    }

    @Test
    void aReaderWithAnOldDescriptionFindsTheBlockOnTheStandby() throws Exception {
        try (DataDirectory directory = open()) {
            OpenedShard shard = only(directory);
            append(shard.journal(), 10);
            BlockInfo old = shard.blocks().block(0);
            shard.journal().standby().takeOver(retained, new HungForceException(3));
            BlockReader reader = new BlockReader();
            shard.blocks().read(old, reader);
            assertThat(reader.next()).isTrue();
            assertThat(shard.blocks().block(0).segment()).isNotEqualTo(old.segment());
        }
    }

    @Test
    void aStandbyThatFailsTooIsToldAndLosesNothingThatWasThere() throws Exception {
        try (DataDirectory directory = open()) {
            OpenedShard shard = only(directory);
            append(shard.journal(), 10);
            Files.writeString(standby.resolve("shard-00").resolve("segments"), "in the way");
            assertThatThrownBy(() -> shard.journal().standby().takeOver(retained, broken))
                    .isInstanceOf(IOException.class);
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 10));
        } catch (IOException e) {
            // The journal was given up, and says so when it is closed.
        }
        Files.delete(standby.resolve("shard-00").resolve("segments"));
        try (DataDirectory directory = open()) {
            assertThat(Blocks.sequences(only(directory).blocks())).isEqualTo(Blocks.range(0, 10));
        }
    }

    /** Forces below a directory that hang, until they are let go. */
    private static final class HangingForces extends FaultyFiles {
        private final Path root;
        private final CountDownLatch hung = new CountDownLatch(1);
        private final CountDownLatch letGo = new CountDownLatch(1);
        private volatile boolean hangs;

        HangingForces(Path root) {
            this.root = root;
            forceNothing();
        }

        @Override
        public void force(FileChannel channel, Path file) throws IOException {
            if (hangs && file.startsWith(root)) {
                hung.countDown();
                try {
                    letGo.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
            super.force(channel, file);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void contract9_closesWithinItsLimitWhenTheVolumeHangsAndTheStandbyFailsTooOrIsNotAskedFor(boolean asked)
            throws Exception {
        HangingForces hanging = new HangingForces(data.resolve("shard-00"));
        DataDirectory directory = DataDirectory.open(data, settings, hanging, ChannelBlockFile.opener(hanging));
        OpenedShard shard = only(directory);
        append(shard.journal(), 10);
        hanging.hangs = true;
        Thread forcing = new Thread(() -> {
            try {
                shard.journal().force();
            } catch (IOException e) {
                // Its volume failed.
            }
        });
        forcing.start();
        hanging.hung.await();
        if (asked) {
            Files.writeString(standby.resolve("shard-00").resolve("segments"), "in the way");
            assertThatThrownBy(() -> shard.journal().standby().takeOver(retained, new HungForceException(3)))
                    .isInstanceOf(IOException.class);
            assertThat(unreadable(shard.blocks())).as("not touched").hasSize(1);
        }
        try {
            Assertions.assertTimeoutPreemptively(Duration.ofSeconds(15), directory::close);
        } finally {
            hanging.letGo.countDown();
            forcing.join();
        }
    }

    @Test
    void contract8_namesThePositionsOfTheEmergencyJournalThatAreOnAVolumeThatHangs() throws Exception {
        try (DataDirectory directory = open()) {
            OpenedShard shard = only(directory);
            BlockInfo block = shard.emergency().journal().append(blocks.of(Lane.CRITICAL, 1, 3));
            BlockReader reader = new BlockReader();
            shard.emergency().blocks().read(block, reader);
            shard.journal().standby().takeOver(retained, new HungForceException(3));
            assertThatThrownBy(() -> shard.emergency().blocks().read(block, reader))
                    .hasMessageContaining("emergency positions 1 to 3")
                    .isInstanceOfSatisfying(FailedVolumeException.class, e -> {
                        assertThat(e.part().isEmergency()).isTrue();
                        assertThat(e.part().fromPosition()).isEqualTo(1);
                        assertThat(e.part().toPosition()).isEqualTo(3);
                    });
            assertThat(shard.emergency().journal().workingCopies()).isZero();
            assertThatThrownBy(() -> shard.emergency().journal().append(blocks.of(Lane.CRITICAL, 4, 1)))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void contract4_neverBeginsAnIncarnationAgainThatOnlyAStandbyHeldWhichWasGivenUp() throws Exception {
        int highest;
        try (DataDirectory directory = open()) {
            highest = failOver(only(directory)).journal().incarnation();
        }
        remove(standby);
        Files.delete(data.resolve("shard-00").resolve("standby.id"));
        settings = new JournalSettings(1 << 20, Duration.ofHours(1), new TestClock());
        for (int start = 0; start < 2; start++) {
            try (DataDirectory directory = open()) {
                OpenedShard shard = only(directory);
                assertThat(shard.failure()).isNull();
                assertThat(shard.journal().incarnation())
                        .isEqualTo(1_002 + start)
                        .isGreaterThan(highest);
            }
        }
        settings = settings.withStandby(StandbySettings.in(standby));
        try (DataDirectory directory = open()) {
            assertThat(only(directory).journal().incarnation()).isEqualTo(1_004);
        }
        remove(standby);
        Files.delete(data.resolve("shard-00").resolve("standby.id"));
        try (DataDirectory directory = open()) {
            assertThat(only(directory).journal().incarnation()).isEqualTo(2_005);
        }
    }

    @Test
    void refusesAStandbyWithinTheDataDirectory() {
        settings = settings.withStandby(StandbySettings.in(data.resolve("standby")));
        assertThatThrownBy(this::open).hasMessageContaining("must not be within each other");
        settings = settings.withStandby(StandbySettings.in(data));
        assertThatThrownBy(this::open).hasMessageContaining("must not be within each other");
    }

    @Test
    void contract4_takesNoStandbyOfAnotherDataDirectory() throws Exception {
        try (DataDirectory directory = open()) {
            failOver(only(directory));
        }
        Path other = base.toRealPath().resolve("other");
        JournalSettings plain = new JournalSettings(1 << 20, Duration.ofHours(1), new TestClock());
        try (DataDirectory directory = DataDirectory.open(other, plain, files, ChannelBlockFile.opener(files))) {
            only(directory);
        }
        try (DataDirectory directory = DataDirectory.open(other, settings, files, ChannelBlockFile.opener(files))) {
            assertThat(only(directory).failure()).hasMessageContaining("holds segments of another data directory");
        }
    }

    @Test
    void verifyReadsBothVolumesAndCallsWhatIsSupersededNoDamage() throws Exception {
        try (DataDirectory directory = open()) {
            StandbyVolume.Taken taken = failOver(only(directory));
            blocks.append(taken.journal(), 10);
        }
        try (ReadOnlyDataDirectory.VerifiedShard shard =
                ReadOnlyDataDirectory.open(data, standby).verify(0)) {
            assertThat(shard.report().damage()).isEmpty();
            assertThat(shard.report().supersededBlocks()).isEqualTo(3);
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 70));
        }
        assertThat(ReadOnlyDataDirectory.open(data).standbyMissing(0)).contains("--standby");
        assertThat(ReadOnlyDataDirectory.open(data, standby).standbyMissing(0)).isNull();
    }

    @Test
    void contract2_holdsWhicheverOperationOfTheStandbyFailsWhenItIsTakenOver() throws Exception {
        int nth = 0;
        boolean struck = true;
        while (struck) {
            nth++;
            struck = takesOverWithAFault(nth);
        }
        assertThat(nth).isGreaterThan(10);
    }

    private boolean takesOverWithAFault(int nth) throws IOException {
        Path root = Files.createDirectory(base.toRealPath().resolve("run-" + nth));
        data = root.resolve("data");
        standby = root.resolve("standby");
        files = new FailingVolume(standby);
        files.forceNothing();
        settings = settings.withStandby(StandbySettings.in(standby));
        RetainedBlocks kept = new RetainedBlocks(RetainedBlocks.MIN_BYTES);
        boolean struck = false;
        try (DataDirectory directory = open()) {
            OpenedShard shard = only(directory);
            for (int i = 0; i < 3; i++) {
                Block block = blocks.of(Lane.STANDARD, 10L * i, 10);
                shard.journal().append(block);
                kept.add(block);
            }
            files.breakAt(nth);
            StandbyVolume.Taken taken = shard.journal().standby().takeOver(kept, broken);
            assertThat(taken.last().lastSequence()).isEqualTo(29);
        } catch (IOException e) {
            struck = files.isBroken();
        }
        struck |= files.isBroken();
        files.mend();
        try (DataDirectory directory = open()) {
            OpenedShard shard = only(directory);
            assertThat(shard.failure()).as("with a fault at %s", nth).isNull();
            assertThat(Blocks.sequences(shard.blocks()))
                    .as("with a fault at %s: %s", nth, shard.report())
                    .isEqualTo(Blocks.range(0, 30));
            assertThat(shard.report().damage())
                    .as("with a fault at %s", nth)
                    .noneMatch(damage -> damage.isSerious() && damage.kind() != DamageKind.UNREADABLE);
        }
        return struck;
    }

    /** The names of the segments of shard 0. */
    private static final class SegmentNames {
        static List<String> in(Path root) throws IOException {
            try (java.util.stream.Stream<Path> entries = Files.list(DataLayout.segments(root, 0))) {
                return entries.map(entry -> entry.getFileName().toString())
                        .sorted()
                        .toList();
            }
        }
    }
}
