package io.evident.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.event.Lane;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.Journal;
import io.evident.pipeline.journal.RetainedBlocks;
import io.evident.storage.directory.DataLayout;
import io.evident.storage.directory.StandbySettings;
import io.evident.storage.emergency.EmergencySettings;
import io.evident.storage.recovery.RecoveryReport;
import io.evident.storage.recovery.VerifyListener;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A shard that was given up: shard 1 of two. */
class SealedShardTest {
    private static final int GIVEN_UP = 1;

    @TempDir
    Path folder;

    private final Blocks blocks = new Blocks();

    private DataDirectory open(FaultyFiles files) throws IOException {
        // No test here cuts the power: what is forced is another's matter.
        files.forceNothing();
        return DataDirectory.open(data(), settings(null), files, ChannelBlockFile.opener(files));
    }

    private DataDirectory open() throws IOException {
        return open(new FaultyFiles());
    }

    private Path data() {
        return folder.resolve("data");
    }

    private static JournalSettings settings(Path backup) {
        return new JournalSettings(
                1 << 20,
                Duration.ofHours(1),
                System::nanoTime,
                new EmergencySettings(512 << 10, 1 << 20, backup, Duration.ZERO));
    }

    private static OpenedShard givenUp(DataDirectory directory) throws IOException {
        return directory.openShards(2, shard -> shard == GIVEN_UP).get(GIVEN_UP);
    }

    /** Shard 1 gets events, and the server dies without closing it. */
    private void fillAndDie(int events) throws IOException {
        Path living = folder.resolve("living");
        if (!Files.exists(living)) {
            FaultyFiles files = new FaultyFiles();
            files.forceNothing();
            Files.createDirectory(living);
            try (DataDirectory directory =
                    DataDirectory.open(living, settings(null), files, ChannelBlockFile.opener(files))) {
                OpenedShard shard = directory.openShards(2).get(GIVEN_UP);
                blocks.appendBlocks(shard.journal(), events);
                TestFiles.copy(living, folder.resolve("dead"));
            }
        }
        TestFiles.copy(folder.resolve("dead"), data());
    }

    private List<String> segments() throws IOException {
        try (Stream<Path> names = Files.list(DataLayout.segments(data(), GIVEN_UP))) {
            return names.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    private RecoveryReport verify() throws IOException {
        ReadOnlyDataDirectory directory = ReadOnlyDataDirectory.open(data(), null);
        try (ReadOnlyDataDirectory.VerifiedShard verified = directory.verify(GIVEN_UP, VerifyListener.NONE)) {
            return verified.report();
        }
    }

    @Test
    void contract2_isForcedAndSealedLikeAnyOtherAndNothingIsBegunInIt() throws Exception {
        fillAndDie(5);
        for (int start = 0; start < 3; start++) {
            try (DataDirectory directory = open()) {
                OpenedShard shard = givenUp(directory);

                assertThat(shard.isSealed()).isTrue();
                assertThat(shard.failure()).isNull();
                assertThat(shard.journal().nextSequence()).isEqualTo(5);
                assertThat(shard.journal().incarnation()).isEqualTo(1);
                assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 5));
                assertThat(shard.report().sealedSegments()).isEqualTo(start == 0 ? 0 : 1);
                assertThatThrownBy(() -> blocks.append(shard.journal(), 1))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("shard 1 is sealed");
                assertThat(segments()).containsExactly("1-0");
                assertThat(DataLayout.segments(data(), GIVEN_UP).resolve("1-0/blocks.idx"))
                        .isRegularFile();
            }
        }
        assertThat(verify().damageCount()).isZero();
    }

    @Test
    void contract4_openedAgainItGoesOnBehindWhatItHasInAnIncarnationOfItsOwn() throws Exception {
        fillAndDie(5);
        try (DataDirectory directory = open()) {
            OpenedShard sealed = givenUp(directory);
            OpenedShard shard = directory.reopen(GIVEN_UP);

            assertThat(shard.isSealed()).isFalse();
            assertThat(shard.blocks()).as("who reads it goes on").isSameAs(sealed.blocks());
            assertThat(shard.journal().incarnation()).isEqualTo(2);
            blocks.appendBlocks(shard.journal(), 3);
            shard.journal().force();
            assertThat(shard.emergency()
                            .journal()
                            .append(blocks.of(
                                    Lane.CRITICAL, shard.emergency().journal().nextPosition(), 1)))
                    .isNotNull();
            assertThat(Blocks.sequences(sealed.blocks())).isEqualTo(Blocks.range(0, 8));
            assertThatThrownBy(() -> directory.reopen(GIVEN_UP)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> directory.reopen(0)).isInstanceOf(IllegalStateException.class);
        }
        assertThat(segments()).containsExactly("1-0", "2-0");
        assertThat(verify().seriousCount()).isZero();
        assertThat(verify().lastSequence()).isEqualTo(7);
    }

    @Test
    void contract2_isOpenedForWritingWhileItsEmergencyJournalHasSomethingToFoldIn() throws Exception {
        Files.createDirectory(data());
        try (DataDirectory directory = open()) {
            OpenedShard shard = directory.openShards(2).get(GIVEN_UP);
            blocks.append(shard.journal(), 2);
            shard.emergency().journal().append(blocks.of(Lane.CRITICAL, 1, 3));
        }
        try (DataDirectory directory = open()) {
            OpenedShard shard = givenUp(directory);
            assertThat(shard.isSealed()).isFalse();
            assertThat(shard.emergency().report().events()).isEqualTo(3);
            Block folding = blocks.of(Lane.CRITICAL, 2, 3);
            folding.foldThrough(3);
            shard.journal().append(folding);
        }
        try (DataDirectory directory = open()) {
            OpenedShard shard = givenUp(directory);
            assertThat(shard.isSealed()).isTrue();
            assertThat(shard.journal().nextSequence()).isEqualTo(5);
            // The positions go on, too: none is ever given twice.
            assertThat(directory.reopen(GIVEN_UP).emergency().journal().nextPosition())
                    .isEqualTo(4);
        }
    }

    @Test
    void isOpenedForWritingWhileACopyOfItsEmergencyJournalCannotBeLookedAt() throws Exception {
        fillAndDie(2);
        Path backup = Files.createFile(folder.resolve("no-directory"));
        try (DataDirectory directory = DataDirectory.open(data(), settings(backup))) {
            assertThat(givenUp(directory).isSealed()).isFalse();
        }
    }

    /** Critical events are forced, and wait in one copy only, which then cannot be looked at. */
    @ParameterizedTest
    @ValueSource(strings = {"data/shard-01/emergency", "backup/shard-01"})
    void contract2_aCopyOfItsEmergencyJournalThatCannotBeLookedAtIsNotTakenForOneThatIsNotThere(String copy)
            throws Exception {
        Path backup = copy.startsWith("backup") ? folder.resolve("backup") : null;
        AwayFiles files = new AwayFiles();
        Files.createDirectory(data());
        try (DataDirectory directory = open(files, backup)) {
            OpenedShard shard = directory.openShards(2).get(GIVEN_UP);
            blocks.append(shard.journal(), 2);
            shard.emergency().journal().append(blocks.of(Lane.CRITICAL, 1, 3));
        }
        if (backup != null) {
            TestFiles.remove(DataLayout.emergency(data(), GIVEN_UP));
            Files.createDirectory(DataLayout.emergency(data(), GIVEN_UP));
        }
        files.away = folder.toRealPath().resolve(copy);
        try (DataDirectory directory = open(files, backup)) {
            assertThat(givenUp(directory).isSealed()).isFalse();
        }
        files.away = null;
        try (DataDirectory directory = open(files, backup)) {
            OpenedShard shard = givenUp(directory);
            assertThat(shard.isSealed()).isFalse();
            assertThat(shard.emergency().report().events()).isEqualTo(3);
        }
    }

    private DataDirectory open(FaultyFiles files, Path backup) throws IOException {
        files.forceNothing();
        return DataDirectory.open(data(), settings(backup), files, ChannelBlockFile.opener(files));
    }

    @Test
    void isOpenedForWritingWhenABackupCopyIsALinkThatLeadsNowhere() throws Exception {
        fillAndDie(2);
        Path backup = Files.createDirectory(folder.resolve("backup"));
        Path copy = DataLayout.shard(backup, GIVEN_UP);
        Files.createSymbolicLink(copy, folder.resolve("not-mounted"));
        try (DataDirectory directory = open(new FaultyFiles(), backup)) {
            assertThat(givenUp(directory).isSealed()).isFalse();
        }
        Files.delete(copy);
        try (DataDirectory directory = open(new FaultyFiles(), backup)) {
            assertThat(givenUp(directory).isSealed())
                    .as("a backup that is new has none")
                    .isTrue();
        }
    }

    @Test
    void isOpenedForWritingWhenItsEmergencyJournalIsGone() throws Exception {
        fillAndDie(2);
        TestFiles.remove(DataLayout.emergency(data(), GIVEN_UP));
        for (int start = 0; start < 2; start++) {
            try (DataDirectory directory = open()) {
                assertThat(givenUp(directory).isSealed()).as("start %d", start).isEqualTo(start > 0);
            }
        }
    }

    @Test
    void contract2_isNotOpenedAgainWhileItsEmergencyJournalHasEventsThatCameBackSinceTheStart() throws Exception {
        Files.createDirectory(data());
        try (DataDirectory directory = open()) {
            blocks.append(directory.openShards(2).get(GIVEN_UP).journal(), 2);
        }
        Path later = folder.resolve("later");
        TestFiles.copy(data(), later);
        FaultyFiles files = new FaultyFiles();
        files.forceNothing();
        try (DataDirectory directory =
                DataDirectory.open(later, settings(null), files, ChannelBlockFile.opener(files))) {
            OpenedShard shard = directory.openShards(2).get(GIVEN_UP);
            shard.emergency().journal().append(blocks.of(Lane.CRITICAL, 1, 3));
        }
        try (DataDirectory directory = open()) {
            OpenedShard sealed = givenUp(directory);
            assertThat(sealed.isSealed()).isTrue();
            TestFiles.remove(DataLayout.emergency(data(), GIVEN_UP));
            TestFiles.copy(DataLayout.emergency(later, GIVEN_UP), DataLayout.emergency(data(), GIVEN_UP));

            assertThatThrownBy(() -> directory.reopen(GIVEN_UP))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("emergency journal of shard 1 has 3 events");
            assertThat(Blocks.sequences(sealed.blocks())).isEqualTo(Blocks.range(0, 2));
        }
        try (DataDirectory directory = open()) {
            OpenedShard shard = givenUp(directory);
            assertThat(shard.isSealed()).isFalse();
            assertThat(shard.emergency().report().events()).isEqualTo(3);
        }
    }

    @Test
    void leavesNoFileOpenWhenItsEmergencyJournalThrowsAndIsSealedAsBefore() throws Exception {
        fillAndDie(2);
        AwayFiles files = new AwayFiles();
        try (DataDirectory directory = open(files, null)) {
            OpenedShard sealed = givenUp(directory);
            assertThat(sealed.isSealed()).isTrue();
            files.written.clear();
            files.throwing = true;
            assertThatThrownBy(() -> directory.reopen(GIVEN_UP)).isInstanceOf(IllegalStateException.class);
            assertThat(files.written).isNotEmpty().noneMatch(FileChannel::isOpen);
            assertThat(Blocks.sequences(sealed.blocks())).isEqualTo(Blocks.range(0, 2));

            files.throwing = false;
            assertThat(blocks.append(directory.reopen(GIVEN_UP).journal(), 1).firstSequence())
                    .isEqualTo(2);
        }
    }

    @Test
    void contract1_itsStandbyVolumeIsThereWhenItIsOpenedAgainAndOneThatIsAwayKeepsItFromBeingSealed() throws Exception {
        JournalSettings armed = settings(null).withStandby(StandbySettings.in(folder.resolve("standby")));
        FaultyFiles files = new FaultyFiles();
        files.forceNothing();
        Files.createDirectory(data());
        try (DataDirectory directory = DataDirectory.open(data(), armed, files, ChannelBlockFile.opener(files))) {
            blocks.append(directory.openShards(2).get(GIVEN_UP).journal(), 4);
        }
        try (DataDirectory directory = DataDirectory.open(data(), armed, files, ChannelBlockFile.opener(files))) {
            assertThat(givenUp(directory).isSealed()).isTrue();
            OpenedShard shard = directory.reopen(GIVEN_UP);
            RetainedBlocks retained = new RetainedBlocks(RetainedBlocks.MIN_BYTES);
            Block last = blocks.of(Lane.STANDARD, 4, 1);
            shard.journal().append(last);
            retained.add(last);
            Journal next = shard.journal()
                    .standby()
                    .takeOver(retained, new IOException("broken"))
                    .journal();
            assertThat(next.isOnStandby()).isTrue();
            assertThat(next.nextSequence()).isEqualTo(5);
        }
        try (DataDirectory directory = open()) {
            OpenedShard shard = givenUp(directory);
            assertThat(shard.isSealed()).isFalse();
            assertThat(shard.failure()).hasMessageContaining("standby.directory is not set");
        }
        try (DataDirectory directory = DataDirectory.open(data(), armed, files, ChannelBlockFile.opener(files))) {
            OpenedShard shard = givenUp(directory);
            assertThat(shard.isSealed()).isTrue();
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 5));
        }
    }

    @Test
    void isOpenedForWritingWhenItHasNothingToBeRead() throws Exception {
        fillAndDie(2);
        TestFiles.remove(DataLayout.shard(data(), GIVEN_UP));
        try (DataDirectory directory = open()) {
            OpenedShard shard = givenUp(directory);
            assertThat(shard.isSealed()).isFalse();
            assertThat(shard.failure()).isNull();
        }
    }

    @Test
    void contract1_whateverOperationFailsWhileItIsSealedWhatItHasIsServedAndCountsAsForcedOnlyWhenItIs()
            throws Exception {
        boolean struck = true;
        int nth = 0;
        int notSealed = 0;
        while (struck) {
            nth++;
            if (Files.exists(data())) {
                TestFiles.remove(data());
            }
            fillAndDie(3);
            OnlyOfShard files = new OnlyOfShard();
            try (DataDirectory directory = open(files)) {
                files.failAt(nth);
                OpenedShard shard = givenUp(directory);
                struck = files.hasFailed();
                notSealed += shard.isSealed() ? 0 : 1;
                if (shard.blocks().unreadable().isEmpty() && shard.report().damageCount() == 0) {
                    assertThat(Blocks.sequences(shard.blocks()))
                            .as("operation " + nth)
                            .isEqualTo(Blocks.range(0, 3));
                }
            }
            try (DataDirectory directory = open()) {
                assertThat(givenUp(directory).isSealed()).as("operation " + nth).isTrue();
            }
            assertThat(verify().seriousCount()).as("operation " + nth).isZero();
        }
        assertThat(notSealed).isPositive();
    }

    @Test
    void contract2_whateverOperationFailsWhileItIsOpenedAgainItIsSealedAsBeforeAndTheNextAttemptSucceeds()
            throws Exception {
        fillAndDie(3);
        boolean struck = true;
        int nth = 0;
        int refused = 0;
        while (struck) {
            nth++;
            OnlyOfShard files = new OnlyOfShard();
            try (DataDirectory directory = open(files)) {
                OpenedShard sealed = givenUp(directory);
                assertThat(sealed.isSealed()).isTrue();
                long next = sealed.journal().nextSequence();
                files.failAt(nth);
                OpenedShard shard;
                try {
                    shard = directory.reopen(GIVEN_UP);
                } catch (IOException e) {
                    refused++;
                    shard = null;
                }
                struck = files.hasFailed();
                files.failAt(0);
                assertThat(Blocks.sequences(sealed.blocks())).isEqualTo(Blocks.range(0, next));
                shard = shard == null ? directory.reopen(GIVEN_UP) : shard;
                assertThat(blocks.append(shard.journal(), 1).firstSequence())
                        .as("operation " + nth)
                        .isEqualTo(next);
                shard.journal().force();
                assertThat(Blocks.sequences(sealed.blocks())).isEqualTo(Blocks.range(0, next + 1));
            }
            assertThat(verify().seriousCount()).as("operation " + nth).isZero();
        }
        assertThat(refused).isGreaterThan(3);
    }

    /** Of which a directory cannot be looked at, as on a disk that fails. */
    private static final class AwayFiles extends FaultyFiles {
        /** What was opened to be written in a shard's segments. */
        final List<FileChannel> written = new CopyOnWriteArrayList<>();

        volatile Path away;
        /** Whether it throws at the emergency journals what is no failure of a disk. */
        volatile boolean throwing;

        @Override
        public boolean exists(Path path) {
            return !isAway(path) && super.exists(path);
        }

        @Override
        public List<Path> list(Path directory) throws IOException {
            if (isAway(directory)) {
                throw new IOException("injected: cannot list");
            }
            if (throwing && directory.endsWith("emergency")) {
                throw new IllegalStateException("injected: no failure of a disk");
            }
            return super.list(directory);
        }

        @Override
        public FileChannel open(Path file, OpenOption... options) throws IOException {
            if (isAway(file)) {
                throw new IOException("injected: cannot open");
            }
            FileChannel opened = super.open(file, options);
            if (file.toString().contains("segments") && List.of(options).contains(StandardOpenOption.WRITE)) {
                written.add(opened);
            }
            return opened;
        }

        private boolean isAway(Path path) {
            Path now = away;
            return now != null && path.startsWith(now);
        }
    }

    /** Of which only operations on the shard's files count. */
    private static final class OnlyOfShard extends FaultyFiles {
        @Override
        boolean counts(Path path) {
            return path.toString().contains("shard-01");
        }
    }
}
