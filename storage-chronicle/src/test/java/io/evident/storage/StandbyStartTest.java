package io.evident.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.evident.event.Lane;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.Journal;
import io.evident.pipeline.journal.RetainedBlocks;
import io.evident.pipeline.journal.StandbyVolume;
import io.evident.pipeline.journal.UnreadablePart;
import io.evident.storage.directory.DataLayout;
import io.evident.storage.segment.Damage;
import io.evident.storage.segment.DamageKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The next start: what is found of the two volumes, and where the shard goes on. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StandbyStartTest extends StandbyVolumes {
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
        TestFiles.remove(data);
        try (DataDirectory directory = open()) {
            OpenedShard shard = only(directory);
            assertThat(shard.failure()).isNull();
            assertThat(shard.journal().incarnation())
                    .as("whatever else was begun on the lost volume")
                    .isEqualTo(1_003);
            assertThat(shard.journal().nextSequence()).isEqualTo(70);
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(30, 70));
            assertThat(unreadable(shard.blocks()))
                    .extracting(UnreadablePart::fromSequence, UnreadablePart::toSequence)
                    .containsExactly(tuple(0L, 29L));
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
        TestFiles.remove(data);
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
    void contract10_damageThatWasNotWrittenAgainIsNamedByEveryLaterStart() throws Exception {
        Path copy = base.toRealPath().resolve("copy");
        BlockInfo last;
        try (DataDirectory directory = open()) {
            OpenedShard shard = only(directory);
            for (int i = 0; i < 3; i++) {
                append(shard.journal(), 10);
            }
            last = shard.blocks().block(2);
            TestFiles.copy(data, copy);
        }
        TestFiles.remove(data);
        Files.move(copy, data);
        TestFiles.flipBit(TestFiles.journal(data, 0, "1-0"), last.position() + 200);
        files.breakAt(1);
        try (DataDirectory directory = open()) {
            OpenedShard shard = only(directory);
            assertThat(shard.journal().isOnStandby()).isTrue();
            assertThat(shard.report().damage()).extracting(Damage::kind).containsExactly(DamageKind.CHECKSUM);
            blocks.append(shard.journal(), 10);
        }
        files.mend();
        try (ReadOnlyDataDirectory.VerifiedShard shard =
                ReadOnlyDataDirectory.open(data, standby).verify(0)) {
            assertThat(shard.report().damage()).extracting(Damage::kind).contains(DamageKind.CHECKSUM);
        }
        for (int start = 0; start < 2; start++) {
            try (DataDirectory directory = open()) {
                assertThat(only(directory).report().damage())
                        .extracting(Damage::kind)
                        .contains(DamageKind.CHECKSUM);
            }
        }
    }

    @Test
    void contract10_beginsOnTheStandbyWhenItsOwnVolumeCannotEvenBeRead() throws Exception {
        try (DataDirectory directory = open()) {
            StandbyVolume.Taken taken = failOver(only(directory));
            blocks.append(taken.journal(), 10);
        }
        files.breakNow();
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
    void whatWasWrittenAgainIsNotSealedWhileItsOwnVolumeCannotBeRead() throws Exception {
        try (DataDirectory directory = open()) {
            OpenedShard shard = only(directory);
            append(shard.journal(), 10);
            shard.journal().standby().takeOver(retained, broken);
        }
        files.breakNow();
        files.setReadable(false);
        try (DataDirectory directory = open()) {
            assertThat(Blocks.sequences(only(directory).blocks())).isEqualTo(Blocks.range(0, 10));
        }
        assertThat(TestFiles.segment(standby, 0, "1-1").resolve("blocks.idx")).doesNotExist();
        assertThat(TestFiles.segment(standby, 0, "2-0").resolve("blocks.idx")).exists();
    }

    @Test
    void contract4_neverBeginsAnIncarnationAgainThatOnlyItsOwnVolumeHoldsWhichCannotBeRead() throws Exception {
        try (DataDirectory directory = open()) {
            StandbyVolume.Taken taken = failOver(only(directory));
            blocks.append(taken.journal(), 10);
        }
        try (DataDirectory directory = open()) {
            Journal journal = only(directory).journal();
            assertThat(journal.incarnation()).isEqualTo(3);
            blocks.append(journal, 10);
            journal.force();
        }
        files.breakNow();
        files.setReadable(false);
        try (DataDirectory directory = open()) {
            Journal journal = only(directory).journal();
            assertThat(journal.isOnStandby()).isTrue();
            assertThat(journal.incarnation()).isEqualTo(1_003);
            assertThat(journal.nextSequence()).isEqualTo(70);
            blocks.append(journal, 5);
        }
        files.mend();
        try (DataDirectory directory = open()) {
            OpenedShard shard = only(directory);
            List<Long> expected = Blocks.range(0, 80);
            expected.addAll(Blocks.range(70, 75));
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(expected);
            assertThat(shard.report().damage()).extracting(Damage::kind).containsExactly(DamageKind.OVERLAP);
            assertThat(shard.report().supersededBlocks()).isEqualTo(3);
        }
    }

    @Test
    void contract11_anotherBlockOfTheSameSequenceOnTheStandbyIsNamedAndNotCalledSuperseded() throws Exception {
        try (DataDirectory directory = open()) {
            failOver(only(directory));
        }
        TestFiles.remove(standby);
        Path first = data;
        data = base.toRealPath().resolve("other");
        try (DataDirectory directory = open()) {
            Journal journal = only(directory).journal();
            blocks.append(journal, 30);
            journal.force();
            Block another = blocks.of(Lane.STANDARD, 30, 5);
            journal.append(another);
            RetainedBlocks unforced = new RetainedBlocks(RetainedBlocks.MIN_BYTES);
            unforced.add(another);
            journal.standby().takeOver(unforced, broken);
        }
        data = first;
        Files.copy(
                standby.resolve("shard-00/standby.id"),
                data.resolve("shard-00/standby.id"),
                StandardCopyOption.REPLACE_EXISTING);
        try (DataDirectory directory = open()) {
            OpenedShard shard = only(directory);
            List<Long> expected = Blocks.range(0, 35);
            expected.addAll(Blocks.range(40, 60));
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(expected);
            assertThat(shard.report().supersededBlocks()).isZero();
            assertThat(shard.report().damage()).extracting(Damage::kind).contains(DamageKind.OVERLAP);
        }
    }

    @Test
    void contract10_whatAReadOnlyStartWritesAgainBehindATakeOverIsNoDamage() throws Exception {
        Path copy = base.toRealPath().resolve("copy");
        try (DataDirectory directory = open()) {
            failOver(only(directory));
            TestFiles.copy(data, copy);
        }
        // As a process that died left it: not sealed.
        TestFiles.remove(data);
        Files.move(copy, data);
        files.breakAt(1);
        try (DataDirectory directory = open()) {
            OpenedShard shard = only(directory);
            assertThat(shard.journal().isOnStandby()).isTrue();
            blocks.append(shard.journal(), 10);
        }
        assertThat(segmentNames(standby)).startsWith("1-1", "1-2");
        files.mend();
        for (int start = 0; start < 2; start++) {
            try (DataDirectory directory = open()) {
                OpenedShard shard = only(directory);
                assertThat(shard.failure()).isNull();
                assertThat(shard.report().damage()).isEmpty();
                assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 70));
            }
        }
        try (ReadOnlyDataDirectory.VerifiedShard shard =
                ReadOnlyDataDirectory.open(data, standby).verify(0)) {
            assertThat(shard.report().damage()).isEmpty();
        }
    }

    @Test
    void contract10_servesItsOwnVolumeAndNamesTheRestWhenItsStandbyCannotBeListed() throws Exception {
        files = new FailingVolume(DataLayout.segments(standby, 0));
        files.forceNothing();
        try (DataDirectory directory = open()) {
            StandbyVolume.Taken taken = failOver(only(directory));
            blocks.append(taken.journal(), 10);
        }
        files.breakNow();
        files.setReadable(false);
        try (DataDirectory directory = open()) {
            OpenedShard shard = only(directory);
            assertThat(shard.failure()).hasMessageContaining("Input/output error");
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 60));
            assertThat(shard.report().damage())
                    .extracting(Damage::kind, Damage::segment)
                    .containsExactly(tuple(DamageKind.UNREADABLE, "standby/segments"));
            assertThat(unreadable(shard.blocks()))
                    .extracting(UnreadablePart::fromSequence, UnreadablePart::toSequence)
                    .containsExactly(tuple(60L, UnreadablePart.OPEN_END));
        }
        files.mend();
        try (DataDirectory directory = open()) {
            OpenedShard shard = only(directory);
            assertThat(shard.failure()).isNull();
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 70));
        }
    }

    @Test
    void verifyReadsItsOwnVolumeWhenItsStandbyCannotBeListed() throws Exception {
        try (DataDirectory directory = open()) {
            failOver(only(directory));
        }
        Path segments = DataLayout.segments(standby, 0);
        Files.move(segments, base.resolve("elsewhere"));
        Files.writeString(segments, "in the way");
        try (ReadOnlyDataDirectory.VerifiedShard shard =
                ReadOnlyDataDirectory.open(data, standby).verify(0)) {
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 60));
            assertThat(shard.report().damage())
                    .extracting(Damage::kind, Damage::segment)
                    .containsExactly(tuple(DamageKind.UNREADABLE, "standby/segments"));
            assertThat(unreadable(shard.blocks())).hasSize(1);
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
}
