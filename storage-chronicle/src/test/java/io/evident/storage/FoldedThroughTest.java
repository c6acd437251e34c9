package io.evident.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.event.Lane;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockSource;
import io.evident.pipeline.journal.RetainedBlocks;
import io.evident.storage.directory.StandbySettings;
import io.evident.storage.segment.ChannelBlockFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a shard's blocks say of how far the emergency journal is folded in. */
class FoldedThroughTest {
    @TempDir
    Path data;

    private final Blocks blocks = new Blocks();
    private final TestClock clock = new TestClock();
    private final JournalSettings settings = new JournalSettings(1 << 20, Duration.ofHours(1), clock);
    private final List<Long> expected = new ArrayList<>(List.of(0L));

    private void append(OpenedShard shard, long foldThrough) throws IOException {
        Block block = blocks.of(Lane.CRITICAL, shard.journal().nextSequence(), 2);
        if (foldThrough > 0) {
            block.foldThrough(foldThrough);
        }
        shard.journal().append(block);
        expected.add(foldThrough > 0 ? foldThrough : expected.get(expected.size() - 1));
    }

    private static List<Long> told(BlockSource source) {
        List<Long> told = new ArrayList<>();
        for (int i = 0; i <= source.blockCount(); i++) {
            told.add(source.foldedThrough(i));
        }
        return told;
    }

    @ParameterizedTest(name = "seals kept: {0}")
    @ValueSource(booleans = {true, false})
    void tellsForEveryNumberOfBlocksWhatTheLastOfThemCarriesAlsoFromSeals(boolean sealsKept) throws Exception {
        for (int start = 0; start < 3; start++) {
            try (DataDirectory directory = DataDirectory.open(data, settings)) {
                OpenedShard shard = directory.openShard(0);
                assertThat(told(shard.blocks())).isEqualTo(expected);
                assertThat(shard.report().hasSeriousDamage()).isFalse();
                append(shard, 0);
                append(shard, 10 * start + 1);
                append(shard, 0);
                append(shard, 10 * start + 5);
                append(shard, 10 * start + 5);
                append(shard, 0);
                clock.move(Duration.ofHours(2));
                append(shard, 0);
                clock.move(Duration.ofHours(2));
                append(shard, start == 1 ? 0 : 10 * start + 7);
                assertThat(told(shard.blocks())).isEqualTo(expected);
            }
            if (!sealsKept) {
                Files.delete(TestFiles.segment(data, 0, (start + 1) + "-0").resolve("blocks.idx"));
            }
        }
        try (ReadOnlyDataDirectory.VerifiedShard read =
                ReadOnlyDataDirectory.open(data).verify(0)) {
            assertThat(told(read.blocks())).isEqualTo(expected);
        }
    }

    @Test
    void refusesToFoldBackOrAskForMoreThanThereIs() throws Exception {
        try (DataDirectory directory = DataDirectory.open(data, settings)) {
            OpenedShard shard = directory.openShard(0);
            append(shard, 9);
            assertThatThrownBy(() -> append(shard, 8)).isInstanceOf(IllegalArgumentException.class);
            append(shard, 9);
            assertThatThrownBy(() -> shard.blocks().foldedThrough(3)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> shard.blocks().foldedThrough(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void aBlockThatIsBegunAnewFoldsNothing() {
        Block block = blocks.of(Lane.CRITICAL, 0, 1);
        block.foldThrough(3);
        assertThat(block.foldedThrough()).isEqualTo(3);
        assertThat(blocks.of(Lane.CRITICAL, 1, 1).foldedThrough()).isZero();
        assertThatThrownBy(() -> block.foldThrough(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest(name = "block {0} is missing")
    @ValueSource(ints = {0, 1, 2})
    void contract2_doesNotBelieveWhatStandsBehindAGapOfTheSameIncarnation(int missing) throws Exception {
        List<BlockInfo> written = new ArrayList<>();
        try (DataDirectory directory = DataDirectory.open(data, settings)) {
            OpenedShard shard = directory.openShard(0);
            for (int i = 0; i < 4; i++) {
                append(shard, 3L * (i + 1));
                written.add(shard.blocks().block(i));
            }
        }
        Path segment = TestFiles.segment(data, 0, "1-0");
        Files.delete(segment.resolve("blocks.idx"));
        // As a power cut leaves it that takes this page, and not those behind it.
        TestFiles.flipBit(segment.resolve("19700101F.cq4"), written.get(missing).position() + 200);
        try (DataDirectory directory = DataDirectory.open(data, settings)) {
            OpenedShard shard = directory.openShard(0);
            assertThat(shard.blocks().foldedThrough(3)).isEqualTo(3L * missing);
            assertThat(shard.blocks().saidFoldedThrough())
                    .as("so that what is there is looked for")
                    .isEqualTo(12);
            // The later start knows what it folds.
            append(shard, 10);
            assertThat(shard.blocks().foldedThrough(4)).isEqualTo(10);
        }
        try (DataDirectory directory = DataDirectory.open(data, settings)) {
            OpenedShard shard = directory.openShard(0);
            assertThat(shard.blocks().foldedThrough(3)).isEqualTo(3L * missing);
            assertThat(shard.blocks().foldedThrough(4)).isEqualTo(10);
        }
    }

    @ParameterizedTest(name = "block {0} is missing")
    @ValueSource(ints = {0, 1, 2})
    void contract2_doesNotBelieveWhatStandsBehindAGapWhenItWasWrittenAgainOnTheStandbyVolume(int missing)
            throws Exception {
        Path own = data.toRealPath().resolve("own");
        JournalSettings withStandby =
                settings.withStandby(StandbySettings.in(data.toRealPath().resolve("standby")));
        FailingVolume files = new FailingVolume(own.resolve("shard-00"));
        List<BlockInfo> written = new ArrayList<>();
        try (DataDirectory directory = DataDirectory.open(own, withStandby, files, ChannelBlockFile.opener(files))) {
            OpenedShard shard = directory.openShards(1).get(0);
            for (int i = 0; i < 4; i++) {
                append(shard, 3L * (i + 1));
                written.add(shard.blocks().block(i));
            }
        }
        Path segment = TestFiles.segment(own, 0, "1-0");
        Files.delete(segment.resolve("blocks.idx"));
        TestFiles.flipBit(TestFiles.journal(own, 0, "1-0"), written.get(missing).position() + 200);
        files.breakAt(1);
        try (DataDirectory directory = DataDirectory.open(own, withStandby, files, ChannelBlockFile.opener(files))) {
            OpenedShard shard = directory.openShards(1).get(0);
            assertThat(shard.journal().isOnStandby()).isTrue();
            assertThat(shard.blocks().foldedThrough(3)).isEqualTo(3L * missing);
        }
        files.mend();
        try (DataDirectory directory = DataDirectory.open(own, withStandby, files, ChannelBlockFile.opener(files))) {
            OpenedShard shard = directory.openShards(1).get(0);
            assertThat(shard.journal().isOnStandby()).isFalse();
            assertThat(shard.report().supersededBlocks()).isEqualTo(3);
            assertThat(shard.blocks().foldedThrough(3)).isEqualTo(3L * missing);
            // Says what the start believes, too, from where the emergency journal is read.
            append(shard, 0);
            assertThat(shard.blocks().foldedThrough(4)).isEqualTo(3L * missing);
        }
    }

    @Test
    void contract2_believesTheStandbyVolumeWhileTheShardsOwnCannotBeRead() throws Exception {
        Path own = data.toRealPath().resolve("own");
        JournalSettings withStandby =
                settings.withStandby(StandbySettings.in(data.toRealPath().resolve("standby")));
        FailingVolume files = new FailingVolume(own.resolve("shard-00"));
        RetainedBlocks retained = new RetainedBlocks(RetainedBlocks.MIN_BYTES);
        try (DataDirectory directory = DataDirectory.open(own, withStandby, files, ChannelBlockFile.opener(files))) {
            OpenedShard shard = directory.openShards(1).get(0);
            append(shard, 3);
            shard.journal().force();
            Block block = blocks.of(Lane.CRITICAL, shard.journal().nextSequence(), 2);
            block.foldThrough(6);
            shard.journal().append(block);
            retained.add(block);
            shard.journal().standby().takeOver(retained, new IOException("Input/output error"));
        }
        files.breakAt(1);
        files.setReadable(false);
        try (DataDirectory directory = DataDirectory.open(own, withStandby, files, ChannelBlockFile.opener(files))) {
            OpenedShard shard = directory.openShards(1).get(0);
            assertThat(shard.blocks().blockCount()).isEqualTo(1);
            assertThat(shard.blocks().foldedThrough(1)).isEqualTo(6);
        }
    }
}
