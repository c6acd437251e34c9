package io.evident.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.Lane;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.RetainedBlocks;
import io.evident.storage.directory.StandbySettings;
import io.evident.storage.segment.ChannelBlockFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process died while it wrote blocks again on the standby volume. */
class InterruptedTakeOverTest {
    @TempDir
    Path base;

    private final Blocks blocks = new Blocks();
    private FailingVolume files;

    private DataDirectory open(Path data, Path standby) throws IOException {
        JournalSettings settings = new JournalSettings(1 << 20, Duration.ofHours(1), new TestClock())
                .withStandby(StandbySettings.in(standby));
        return DataDirectory.open(data, settings, files, ChannelBlockFile.opener(files));
    }

    private Path data;
    private Path standby;
    private final List<BlockInfo> own = new ArrayList<>();
    private final List<BlockInfo> again = new ArrayList<>();

    @BeforeEach
    void place() throws IOException {
        data = base.toRealPath().resolve("data");
        standby = base.toRealPath().resolve("standby");
        files = new FailingVolume(data.resolve("shard-00"));
    }

    /** Three blocks are written, and again on the standby volume; of these only some are there, and nothing else. */
    private void takeOverUpTo(int blocksWrittenAgain) throws IOException {
        RetainedBlocks retained = new RetainedBlocks(RetainedBlocks.MIN_BYTES);
        try (DataDirectory directory = open(data, standby)) {
            OpenedShard shard = directory.openShards(1).get(0);
            for (int i = 0; i < 3; i++) {
                Block block = blocks.of(Lane.STANDARD, shard.journal().nextSequence(), 10);
                block.foldThrough(3L * (i + 1));
                shard.journal().append(block);
                retained.add(block);
                own.add(shard.blocks().block(i));
            }
            shard.journal().standby().takeOver(retained, new IOException("Input/output error"));
            for (int i = 0; i < 3; i++) {
                again.add(shard.blocks().block(i));
            }
        }
        TestFiles.remove(TestFiles.segment(standby, 0, "2-0"));
        Files.delete(TestFiles.segment(standby, 0, "1-1").resolve("written-again"));
        // With the word before the block.
        TestFiles.truncate(
                TestFiles.journal(standby, 0, "1-1"),
                again.get(blocksWrittenAgain).position() - Integer.BYTES);
    }

    @Test
    void contract10_damageOfWhatWasNotWrittenAgainIsNamedAtEveryLaterStart() throws Exception {
        takeOverUpTo(1);
        try (DataDirectory directory = open(data, standby)) {
            OpenedShard shard = directory.openShards(1).get(0);
            assertThat(shard.journal().isOnStandby()).isFalse();
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 30));
        }
        TestFiles.flipBit(TestFiles.journal(data, 0, "1-0"), own.get(2).position() + 200);

        try (DataDirectory directory = open(data, standby)) {
            OpenedShard shard = directory.openShards(1).get(0);
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 20));
            assertThat(shard.report().damage())
                    .anyMatch(found -> found.isSerious() && found.segment().equals("1-0"));
        }
    }

    @Test
    void contract10_itIsNotTakenForACompleteOneBehindAStartOnTheStandbyVolume() throws Exception {
        takeOverUpTo(2);
        BlockInfo first = again.get(0);
        TestFiles.overwrite(TestFiles.journal(standby, 0, "1-1"), first.position(), new byte[first.lengthBytes()]);
        files.breakNow();
        files.setReadable(false);
        try (DataDirectory directory = open(data, standby)) {
            OpenedShard shard = directory.openShards(1).get(0);
            assertThat(shard.journal().isOnStandby()).isTrue();
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(10, 20));
            assertThat(shard.blocks().foldedThrough(1))
                    .as("the block in front may be the one that folded")
                    .isZero();
            blocks.append(shard.journal(), 5);
        }
        files.mend();
        TestFiles.flipBit(TestFiles.journal(data, 0, "1-0"), own.get(2).position() + 200);

        for (int start = 0; start < 2; start++) {
            try (DataDirectory directory = open(data, standby)) {
                OpenedShard shard = directory.openShards(1).get(0);
                assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 25));
                assertThat(shard.report().damage())
                        .anyMatch(found -> found.isSerious() && found.segment().equals("1-0"));
            }
        }
    }

    @Test
    void contract2_whatStandsBehindALostEndOfWhatWasWrittenAgainIsNotBelievedAboutFolding() throws Exception {
        RetainedBlocks retained = new RetainedBlocks(RetainedBlocks.MIN_BYTES);
        BlockInfo last;
        try (DataDirectory directory = open(data, standby)) {
            OpenedShard shard = directory.openShards(1).get(0);
            for (int i = 0; i < 2; i++) {
                Block block = blocks.of(Lane.STANDARD, shard.journal().nextSequence(), 10);
                block.foldThrough(3L * (i + 1));
                shard.journal().append(block);
                retained.add(block);
            }
            blocks.append(
                    shard.journal()
                            .standby()
                            .takeOver(retained, new IOException("Input/output error"))
                            .journal(),
                    10);
            last = shard.blocks().block(1);
        }
        TestFiles.flipBit(TestFiles.journal(standby, 0, "1-1"), last.position() + 200);
        files.breakNow();
        files.setReadable(false);
        try (DataDirectory directory = open(data, standby)) {
            OpenedShard shard = directory.openShards(1).get(0);
            assertThat(shard.blocks().blockCount()).isEqualTo(2);
            assertThat(shard.blocks().foldedThrough(2)).isEqualTo(3);
        }
    }
}
