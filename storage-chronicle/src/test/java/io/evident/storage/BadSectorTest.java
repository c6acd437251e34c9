package io.evident.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.storage.segment.Damage;
import io.evident.storage.segment.DamageKind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ten blocks of three events, the process dies, and a sector of the segment can no longer be read. */
class BadSectorTest {
    private static final int SECTOR = 512;

    @TempDir
    Path folder;

    private final Blocks blocks = new Blocks();
    private final BadSectors files = new BadSectors();
    private final JournalSettings settings = new JournalSettings(1 << 20, Duration.ofHours(1), new TestClock());
    private final List<BlockInfo> written = new ArrayList<>();
    private Path data;
    private Path journal;

    @BeforeEach
    void writeAndCrash() throws IOException {
        Path live = folder.resolve("live");
        data = folder.toRealPath().resolve("data");
        try (DataDirectory directory = DataDirectory.open(live, settings)) {
            OpenedShard shard = directory.openShard(0);
            for (int i = 0; i < 10; i++) {
                written.add(blocks.append(shard.journal(), 3));
            }
            TestFiles.copy(live, data);
        }
        journal = TestFiles.journal(data, 0, "1-0");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 9})
    void contract10_theBlocksInFrontOfItAreServedThoughTheShardIsForReadingOnly(int block) throws IOException {
        long bad = written.get(block).position() + 100;
        files.in(journal, bad, bad + SECTOR);
        try (DataDirectory directory = DataDirectory.open(data, settings, files)) {
            OpenedShard shard = directory.openShards(1).get(0);
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 3L * block));
            assertThat(shard.report().damage()).extracting(Damage::kind).contains(DamageKind.UNREADABLE);
            assertThat(shard.failure())
                    .as("what cannot be written again over itself is not vouched for")
                    .hasMessageContaining("Input/output error");
        }
    }

    @Test
    void contract10_aBlockThatIsFoundBySearchInFrontOfItIsServed() throws IOException {
        TestFiles.flipBit(journal, written.get(3).position() + 300);
        long bad = written.get(6).position() + 100;
        files.in(journal, bad, bad + SECTOR);
        try (DataDirectory directory = DataDirectory.open(data, settings, files)) {
            List<Long> expected = Blocks.range(0, 9);
            expected.addAll(Blocks.range(12, 18));
            assertThat(Blocks.sequences(directory.openShards(1).get(0).blocks()))
                    .isEqualTo(expected);
        }
    }

    @Test
    void contract10_allBlocksAreServedWhenItIsBehindThem() throws IOException {
        BlockInfo last = written.get(9);
        long bad = last.position() + last.lengthBytes() + SECTOR;
        files.in(journal, bad, bad + SECTOR);
        try (DataDirectory directory = DataDirectory.open(data, settings, files)) {
            OpenedShard shard = directory.openShards(1).get(0);
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 30));
        }
    }
}
