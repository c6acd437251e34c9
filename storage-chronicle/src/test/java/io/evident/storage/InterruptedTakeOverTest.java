package io.evident.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.Lane;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.RetainedBlocks;
import io.evident.storage.directory.StandbySettings;
import io.evident.storage.segment.ChannelBlockFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

    @Test
    void contract10_damageOfWhatWasNotWrittenAgainIsNamedAtEveryLaterStart() throws Exception {
        Path data = base.toRealPath().resolve("data");
        Path standby = base.toRealPath().resolve("standby");
        files = new FailingVolume(data.resolve("shard-00"));
        RetainedBlocks retained = new RetainedBlocks(RetainedBlocks.MIN_BYTES);
        List<BlockInfo> own = new ArrayList<>();
        BlockInfo second;
        try (DataDirectory directory = open(data, standby)) {
            OpenedShard shard = directory.openShards(1).get(0);
            for (int i = 0; i < 3; i++) {
                Block block = blocks.of(Lane.STANDARD, shard.journal().nextSequence(), 10);
                shard.journal().append(block);
                retained.add(block);
                own.add(shard.blocks().block(i));
            }
            shard.journal().standby().takeOver(retained, new IOException("Input/output error"));
            second = shard.blocks().block(1);
        }
        TestFiles.remove(TestFiles.segment(standby, 0, "2-0"));
        TestFiles.truncate(TestFiles.journal(standby, 0, "1-1"), second.position());
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
}
