package io.evident.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.evident.event.Lane;
import io.evident.event.RefusalReason;
import io.evident.pipeline.journal.Journal;
import io.evident.pipeline.journal.NotWrittenException;
import io.evident.storage.segment.BlockFile;
import io.evident.storage.segment.ChannelBlockFile;
import io.evident.storage.space.DiskSpace;
import io.evident.storage.space.SpaceSettings;
import io.evident.storage.space.SpaceState;
import io.evident.storage.space.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FullDiskTest {
    private static final String NO_SPACE = "No space left on device";
    private static final int MIB = 1 << 20;
    /** Of this many attribute bytes ten events make a block of some 200 KiB. */
    private static final int LONG = 20_000;

    @TempDir
    Path data;

    private final Blocks blocks = new Blocks();
    private final TestClock clock = new TestClock();
    private final ShortDisk disk = new ShortDisk();
    private final JournalSettings settings = new JournalSettings(64 * MIB, Duration.ofHours(1), clock);
    private final SpaceSettings room = new SpaceSettings(8 * MIB, 2 * MIB, MIB);

    private DataDirectory open() throws IOException {
        return DataDirectory.open(data, settings, room, disk);
    }

    private void append(Journal journal, Lane lane) throws IOException {
        journal.append(blocks.of(lane, journal.nextSequence(), 10, LONG));
    }

    /** Appends until there is no room; returns how many blocks there was room for. */
    private int fill(Journal journal, Lane lane) {
        for (int i = 0; i < 1_000; i++) {
            int count = i;
            Throwable thrown = catchThrowable(() -> append(journal, lane));
            if (thrown != null) {
                assertThat(thrown).as("after block %d", count).isInstanceOf(NotWrittenException.class);
                return count;
            }
        }
        throw new AssertionError("the disk never became full");
    }

    private static void buildReserve(DiskSpace space) {
        for (int i = 0; i < 3; i++) {
            space.check();
        }
    }

    @Test
    void contract1_contract2_contract4_aBlockForWhichThereIsNoRoomIsNotWrittenAndTheShardGoesOnLater()
            throws Exception {
        List<Long> expected;
        try (DataDirectory directory = open()) {
            OpenedShard shard = directory.openShard(0);
            disk.free(3 * MIB);
            int written = fill(shard.journal(), Lane.STANDARD);
            assertThat(written).isGreaterThan(10);
            long next = shard.journal().nextSequence();
            assertThat(next).isEqualTo(written * 10L);

            assertThat(catchThrowable(() -> append(shard.journal(), Lane.ELEVATED)))
                    .isInstanceOfSatisfying(
                            NotWrittenException.class,
                            e -> assertThat(e.refusal().reason()).isEqualTo(RefusalReason.DISK_FULL));
            shard.journal().force();
            assertThat(shard.journal().nextSequence()).isEqualTo(next);

            disk.free(100 * MIB);
            append(shard.journal(), Lane.STANDARD);
            shard.journal().force();
            assertThat(shard.journal().nextSequence()).isEqualTo(next + 10);
            expected = Blocks.range(0, next + 10);
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(expected);
        }
        try (DataDirectory directory = open()) {
            OpenedShard shard = directory.openShard(0);
            assertThat(shard.report().damage()).isEmpty();
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(expected);
        }
    }

    @Test
    void contract5_theReserveKeepsCriticalAliveUntilItIsGoneToo() throws Exception {
        try (DataDirectory directory = open()) {
            OpenedShard shard = directory.openShard(0);
            DiskSpace space = directory.space();
            buildReserve(space);
            assertThat(space.view().reserveBytes()).isEqualTo(2 * MIB);

            disk.free(MIB);
            fill(shard.journal(), Lane.STANDARD);
            assertThat(space.view().state()).isEqualTo(SpaceState.CRITICAL_ONLY);
            assertThat(space.refusal(Lane.CRITICAL)).isNull();

            int critical = fill(shard.journal(), Lane.CRITICAL);
            assertThat(critical).isBetween(8, 12);
            assertThat(space.view().state()).isEqualTo(SpaceState.FULL);
            assertThat(space.view().reserveBytes()).isZero();
            assertThat(space.refusal(Lane.CRITICAL).reason()).isEqualTo(RefusalReason.DISK_FULL);
            shard.journal().force();
            assertThat(Blocks.sequences(shard.blocks()))
                    .isEqualTo(Blocks.range(0, shard.journal().nextSequence()));
        }
    }

    @Test
    void theFloorClosesAndReopensWithSomeDistanceAndRebuildsTheReserveFirst() throws Exception {
        try (DataDirectory directory = open()) {
            OpenedShard shard = directory.openShard(0);
            DiskSpace space = directory.space();
            buildReserve(space);
            disk.free(8 * MIB - 1);
            space.check();
            assertThat(space.view().state()).isEqualTo(SpaceState.CRITICAL_ONLY);
            assertThat(space.refusal(Lane.CRITICAL)).isNull();
            assertThat(space.refusal(Lane.ELEVATED).detail())
                    .contains("8191 KiB free", "needs 9216 KiB", "free 1025 KiB");

            // Only just above the floor again: that is not enough.
            disk.free(8 * MIB);
            space.check();
            assertThat(space.refusal(Lane.STANDARD)).isNotNull();

            disk.free(0);
            fill(shard.journal(), Lane.CRITICAL);
            assertThat(space.view().state()).isEqualTo(SpaceState.FULL);

            // Room for the floor and its margin, but not for the reserve as well.
            disk.free(10 * MIB);
            space.reserveAhead();
            space.check();
            assertThat(space.view().state()).isEqualTo(SpaceState.CRITICAL_ONLY);

            disk.free(20 * MIB);
            space.check();
            assertThat(space.view().state()).isEqualTo(SpaceState.ROOMY);
            assertThat(space.view().reserveBytes()).isEqualTo(2 * MIB);
            assertThat(space.refusal(Lane.STANDARD)).isNull();
        }
    }

    @Test
    void aDiskThatRefusesThoughItHasRoomClosesIntakeUntilItTakesSomethingAgain() throws Exception {
        try (DataDirectory directory = open()) {
            OpenedShard shard = directory.openShard(0);
            disk.onWrite("Disk quota exceeded");
            fill(shard.journal(), Lane.STANDARD);
            assertThat(directory.space().view().state()).isEqualTo(SpaceState.CRITICAL_ONLY);
            directory.space().check();
            assertThat(directory.space().view().state()).isEqualTo(SpaceState.CRITICAL_ONLY);

            disk.onWrite(null);
            clock.move(Duration.ofSeconds(1));
            assertThat(directory.space().reserveAhead()).isPositive();
            directory.space().check();
            assertThat(directory.space().view().state()).isEqualTo(SpaceState.ROOMY);
            append(shard.journal(), Lane.STANDARD);
        }
    }

    @Test
    void aDiskThatRefusedIsAskedAgainThoughNothingIsTakenThatWouldAskIt() throws Exception {
        try (DataDirectory directory = open()) {
            OpenedShard shard = directory.openShard(0);
            buildReserve(directory.space());
            long reserve = directory.space().view().reserveBytes();
            disk.onWrite("Disk quota exceeded");
            fill(shard.journal(), Lane.STANDARD);
            directory.space().check();
            assertThat(directory.space().view().state()).isEqualTo(SpaceState.CRITICAL_ONLY);

            disk.onWrite(null);
            directory.space().check();
            assertThat(directory.space().view().state()).isEqualTo(SpaceState.ROOMY);
            assertThat(directory.space().view().reserveBytes()).isEqualTo(reserve);
        }
    }

    @Test
    void aDiskThatTakesOnlySomeAgainGivesThatToTheReserve() throws Exception {
        SpaceSettings wide = new SpaceSettings(8 * MIB, 6 * MIB, MIB);
        try (DataDirectory directory = DataDirectory.open(data, settings, wide, disk)) {
            OpenedShard shard = directory.openShard(0);
            disk.quota(0);
            fill(shard.journal(), Lane.CRITICAL);
            directory.space().check();
            assertThat(directory.space().view().state()).isEqualTo(SpaceState.FULL);

            disk.quota(3 * MIB);
            directory.space().check();
            assertThat(directory.space().view().state()).isEqualTo(SpaceState.CRITICAL_ONLY);
            assertThat(directory.space().view().reserveBytes()).isEqualTo(3 * MIB);
            directory.space().check();
            assertThat(directory.space().view().state()).isEqualTo(SpaceState.CRITICAL_ONLY);
            disk.quota(Long.MAX_VALUE);
            directory.space().check();
            assertThat(directory.space().view().state()).isEqualTo(SpaceState.ROOMY);
        }
    }

    @Test
    void roomIsReservedAheadInAFileThatIsWrittenWithPlainWritesToo() throws Exception {
        try (DiskSpace space = new DiskSpace(Volume.DATA, disk, data.toRealPath(), room, clock)) {
            BlockFile file = space.reserving(ChannelBlockFile.opener(disk)).open(data.toRealPath(), 64 * MIB);
            file.append(new byte[280_000], 280_000);
            assertThat(space.reserveAhead()).isPositive();
            file.close();
        }
    }

    @Test
    void startsOnAFullDiskWithTheHelpOfTheReserveAndServesWhatIsStored() throws Exception {
        try (DataDirectory directory = open()) {
            OpenedShard shard = directory.openShard(0);
            buildReserve(directory.space());
            append(shard.journal(), Lane.STANDARD);
        }
        disk.free(0);
        try (DataDirectory directory = open()) {
            OpenedShard shard = directory.openShards(1).get(0);
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 10));
            directory.space().check();
            assertThat(directory.space().refusal(Lane.STANDARD)).isNotNull();
            append(shard.journal(), Lane.CRITICAL);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Input/output error", "Read-only file system"})
    void contract1_aDiskThatFailsOtherwiseFailsTheShard(String words) throws Exception {
        DataDirectory directory = open();
        OpenedShard shard = directory.openShard(0);
        blocks.append(shard.journal(), 1);
        disk.onWrite(words);
        blocks.append(shard.journal(), 1); // Where space was reserved.
        Throwable thrown = catchThrowable(() -> {
            for (int i = 0; i < 10; i++) {
                append(shard.journal(), Lane.STANDARD);
            }
        });
        // Nothing of the block was written, so the answer is definite; and nothing more is.
        assertThat(thrown).isInstanceOfSatisfying(NotWrittenException.class, e -> {
            assertThat(e.endsJournal()).isTrue();
            assertThat(e.refusal().reason()).isEqualTo(RefusalReason.UNAVAILABLE);
            assertThat(e.getCause()).hasMessage(words);
        });
        disk.onWrite(null);
        assertThatThrownBy(() -> append(shard.journal(), Lane.STANDARD)).hasMessageContaining("failed earlier");
        directory.close();
    }

    @ParameterizedTest
    @CsvSource({"inodes", "files", "files-in-between", "bytes"})
    void aSegmentThatCannotBeFollowedFailsNothingAndIsFollowedLater(String whatIsShort) throws Exception {
        try (DataDirectory directory = open()) {
            OpenedShard shard = directory.openShard(0);
            append(shard.journal(), Lane.STANDARD);
            clock.move(Duration.ofHours(2));
            switch (whatIsShort) {
                case "inodes" -> disk.onCreate(NO_SPACE);
                case "files" -> disk.onOpen("Too many open files");
                case "files-in-between" -> disk.onOpenToWrite("Too many open files in system");
                default -> disk.free(MIB - 1);
            }
            boolean goesOn = !whatIsShort.equals("files-in-between");
            for (int i = 0; i < 3; i++) {
                long next = shard.journal().nextSequence();
                Throwable thrown = catchThrowable(() -> append(shard.journal(), Lane.STANDARD));
                if (goesOn) {
                    assertThat(thrown).isNull();
                } else {
                    assertThat(thrown)
                            .isInstanceOfSatisfying(
                                    NotWrittenException.class,
                                    e -> assertThat(e.refusal().reason()).isEqualTo(RefusalReason.UNAVAILABLE));
                    assertThat(shard.journal().nextSequence()).isEqualTo(next);
                }
                clock.move(Duration.ofSeconds(2));
            }
            disk.onCreate(null);
            disk.onOpen(null);
            disk.onOpenToWrite(null);
            disk.free(100 * MIB);
            append(shard.journal(), Lane.STANDARD);
            shard.journal().force();
            assertThat(shard.blocks().block(shard.blocks().blockCount() - 1).segment())
                    .isGreaterThan(shard.blocks().block(0).segment());
            assertThat(Blocks.sequences(shard.blocks()))
                    .isEqualTo(Blocks.range(0, shard.journal().nextSequence()));
        }
        try (DataDirectory directory = open()) {
            OpenedShard shard = directory.openShard(0);
            assertThat(shard.report().damage()).isEmpty();
            assertThat(shard.report().events()).isEqualTo(shard.journal().nextSequence());
        }
    }

    @Test
    void aFollowerOfTheFilesMissesNothingWhenASegmentBeginsLate() throws Exception {
        try (DataDirectory directory = open()) {
            OpenedShard shard = directory.openShard(0);
            try (JournalFollower follower = ReadOnlyDataDirectory.open(data).follow(0)) {
                append(shard.journal(), Lane.STANDARD);
                clock.move(Duration.ofHours(2));
                disk.onOpenToWrite("Too many open files");
                assertThatThrownBy(() -> append(shard.journal(), Lane.STANDARD))
                        .isInstanceOf(NotWrittenException.class);
                assertThat(followed(follower)).isEqualTo(Blocks.range(0, 10));
                disk.onOpenToWrite(null);
                clock.move(Duration.ofSeconds(2));
                append(shard.journal(), Lane.STANDARD);
                assertThat(followed(follower)).isEqualTo(Blocks.range(10, 20));
                assertThat(follower.takeDamage()).isEmpty();
            }
        }
    }

    private static List<Long> followed(JournalFollower follower) throws IOException {
        List<Long> sequences = new java.util.ArrayList<>();
        io.evident.pipeline.journal.BlockReader reader = new io.evident.pipeline.journal.BlockReader();
        while (follower.poll(reader)) {
            Blocks.drain(reader, sequences);
        }
        return sequences;
    }
}
