package io.evident.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.Lane;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockSource;
import io.evident.storage.segment.Damage;
import io.evident.storage.segment.DamageKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A segment's file is away at one start, so that the next incarnation begins below its sequences, and there again at the next. */
class ReturningSegmentTest {
    @TempDir
    Path folder;

    private final Blocks blocks = new Blocks();
    private final JournalSettings settings = new JournalSettings(1 << 20, Duration.ofHours(1), new TestClock());

    @Test
    void contract2_whatALaterIncarnationWroteIsServedBesideTheSegmentThatCameBack() throws IOException {
        Path data = folder.resolve("data");
        Path away = folder.resolve("away");
        Path journal = TestFiles.journal(data, 0, "1-0");
        write(data, 9);
        Files.move(journal, away);
        write(data, 6);
        Files.move(away, journal);

        try (DataDirectory again = DataDirectory.open(data, settings)) {
            OpenedShard shard = again.openShard(0);

            List<Long> expected = Blocks.range(0, 9);
            expected.addAll(Blocks.range(0, 6));
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(expected);
            assertThat(incarnations(shard.blocks())).containsExactly(1, 1, 1, 2, 2);
            assertThat(shard.report().damage()).extracting(Damage::kind).containsExactly(DamageKind.OVERLAP);
            assertThat(shard.journal().nextSequence()).isEqualTo(9);
        }
    }

    @Test
    void contract2_whatStandsBehindABlockMissingBelowTheSegmentThatCameBackIsNotBelievedAboutFolding()
            throws IOException {
        Path data = folder.resolve("data");
        Path away = folder.resolve("away");
        Path journal = TestFiles.journal(data, 0, "1-0");
        write(data, 9);
        Files.move(journal, away);
        BlockInfo middle;
        try (DataDirectory directory = DataDirectory.open(data, settings)) {
            OpenedShard shard = directory.openShard(0);
            for (int i = 0; i < 3; i++) {
                Block block = blocks.of(Lane.CRITICAL, 3L * i, 3);
                block.foldThrough(3L * (i + 1));
                shard.journal().append(block);
            }
            middle = shard.blocks().block(1);
        }
        Files.delete(TestFiles.segment(data, 0, "2-0").resolve("blocks.idx"));
        TestFiles.overwrite(TestFiles.journal(data, 0, "2-0"), middle.position(), new byte[middle.lengthBytes()]);
        Files.move(away, journal);

        try (DataDirectory again = DataDirectory.open(data, settings)) {
            OpenedShard shard = again.openShard(0);

            List<Long> expected = Blocks.range(0, 9);
            expected.addAll(Blocks.range(0, 3));
            expected.addAll(Blocks.range(6, 9));
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(expected);
            assertThat(shard.report().damage())
                    .filteredOn(found -> found.kind() == DamageKind.GAP)
                    .extracting(Damage::detail)
                    .containsExactly("sequences 3 to 5 are missing");
            assertThat(shard.blocks().foldedThrough(5)).isEqualTo(3);
            assertThat(shard.blocks().saidFoldedThrough()).isEqualTo(9);
            assertThat(shard.journal().nextSequence()).isEqualTo(9);
        }
    }

    /** Writes and forces these events in blocks of three, in an incarnation of their own. */
    private void write(Path data, int events) throws IOException {
        try (DataDirectory directory = DataDirectory.open(data, settings)) {
            OpenedShard shard = directory.openShard(0);
            for (int i = 0; i < events; i += 3) {
                blocks.append(shard.journal(), 3);
            }
            shard.journal().force();
        }
    }

    private static List<Integer> incarnations(BlockSource source) {
        return IntStream.range(0, source.blockCount())
                .mapToObj(source::block)
                .map(BlockInfo::incarnation)
                .toList();
    }
}
