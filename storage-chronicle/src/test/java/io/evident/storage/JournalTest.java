package io.evident.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.event.Lane;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.storage.directory.DataLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JournalTest {
    private static final long MIB = 1 << 20;

    @TempDir
    Path data;

    private final Blocks blocks = new Blocks();
    private final TestClock clock = new TestClock();
    private final JournalSettings small = new JournalSettings(MIB, Duration.ofHours(1), clock);

    private DataDirectory open() throws IOException {
        return DataDirectory.open(data, small);
    }

    private List<String> segments() throws IOException {
        try (Stream<Path> entries = Files.list(DataLayout.segments(data, 0))) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    @ParameterizedTest(name = "{1} events with {2} bytes of attributes in lane {0}")
    @CsvSource({"CRITICAL,1,10", "ELEVATED,1000,10", "STANDARD,1000,100", "STANDARD,1,60000", "CRITICAL,4,60000"})
    void givesBackTheBlockThatWasAppended(Lane lane, int count, int attributesBytes) throws Exception {
        try (DataDirectory directory = open()) {
            OpenedShard shard = directory.openShard(0);
            Block block = blocks.of(lane, 0, count, attributesBytes);

            BlockInfo info = shard.journal().append(block);

            assertThat(shard.blocks().blockCount()).isEqualTo(1);
            assertThat(shard.blocks().block(0)).isEqualTo(info);
            assertThat(info.lane()).isEqualTo(lane);
            assertThat(info.count()).isEqualTo(count);
            assertThat(info.epoch()).isEqualTo(Blocks.EPOCH);
            assertThat(info.incarnation()).isEqualTo(1);
            assertThat(info.lengthBytes()).isEqualTo(block.lengthBytes());
            assertThat(info.minTimeNs()).isZero();
            assertThat(info.maxTimeNs()).isEqualTo(count - 1);
            BlockReader reader = new BlockReader();
            shard.blocks().read(info, reader);
            assertThat(Arrays.mismatch(
                            reader.buffer(info.lengthBytes()),
                            0,
                            info.lengthBytes(),
                            block.bytes(),
                            0,
                            info.lengthBytes()))
                    .isEqualTo(-1);
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, count));
        }
    }

    @Test
    void givesBackTheLargestBlockThereCanBe() throws Exception {
        try (DataDirectory directory = open()) {
            OpenedShard shard = directory.openShard(0);
            Block block = new Block();
            block.begin(Lane.STANDARD, 1, 0);
            byte[] bytes = new byte[Block.MAX_PAYLOAD_BYTES - Integer.BYTES];
            Arrays.fill(bytes, (byte) 0x5a);
            block.add(bytes, 0, bytes.length, 3);

            BlockInfo info = shard.journal().append(block);

            BlockReader reader = new BlockReader();
            shard.blocks().read(info, reader);
            byte[] whole = reader.buffer(info.lengthBytes());
            assertThat(info.lengthBytes()).isEqualTo(Block.ENVELOPE_BYTES + Block.MAX_PAYLOAD_BYTES);
            assertThat(Arrays.mismatch(whole, 0, info.lengthBytes(), block.bytes(), 0, info.lengthBytes()))
                    .isEqualTo(-1);
        }
    }

    @Test
    void contract4_continuesTheSequenceInANewIncarnationAfterEveryStart() throws Exception {
        for (int start = 0; start < 4; start++) {
            try (DataDirectory directory = open()) {
                OpenedShard shard = directory.openShard(0);
                assertThat(shard.journal().incarnation()).isEqualTo(start + 1);
                assertThat(shard.journal().nextSequence()).isEqualTo(start * 5L);
                assertThat(shard.report().damage()).isEmpty();
                assertThat(shard.report().lastSequence()).isEqualTo(start * 5L - 1);
                blocks.append(shard.journal(), 5);
                assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, (start + 1) * 5L));
            }
        }
        assertThat(segments()).containsExactly("1-0", "2-0", "3-0", "4-0");
    }

    @Test
    void neverUsesAnIncarnationAgainEvenWhenNothingWasWritten() throws Exception {
        for (int start = 1; start <= 3; start++) {
            try (DataDirectory directory = open()) {
                assertThat(directory.openShard(0).journal().incarnation()).isEqualTo(start);
            }
        }
        // A start that stopped between the directory and its file.
        Files.createDirectory(DataLayout.segments(data, 0).resolve("9-0"));
        try (DataDirectory directory = open()) {
            OpenedShard shard = directory.openShard(0);
            assertThat(shard.journal().incarnation()).isEqualTo(10);
            assertThat(shard.report().damage()).isEmpty();
        }
    }

    @Test
    void contract4_refusesABlockThatIsNotNext() throws Exception {
        try (DataDirectory directory = open()) {
            OpenedShard shard = directory.openShard(0);
            blocks.append(shard.journal(), 3);

            assertThatThrownBy(() -> shard.journal().append(blocks.of(Lane.STANDARD, 2, 1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("3 is next");
            assertThatThrownBy(() -> shard.journal().append(blocks.of(Lane.STANDARD, 3, 0)))
                    .isInstanceOf(IllegalArgumentException.class);

            blocks.append(shard.journal(), 1);
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 4));
        }
    }

    @Test
    void beginsASegmentWhenTheCurrentOneIsLongEnough() throws Exception {
        try (DataDirectory directory = open()) {
            OpenedShard shard = directory.openShard(0);
            long next = 0;
            for (int i = 0; i < 40; i++) {
                shard.journal().append(blocks.of(Lane.STANDARD, next, 2, 50_000));
                next += 2;
            }
            shard.journal().force();
            assertThat(segments()).containsExactly("1-0", "1-1", "1-2", "1-3", "1-4");
            for (int i = 0; i < shard.blocks().blockCount(); i++) {
                BlockInfo info = shard.blocks().block(i);
                assertThat(info.position() + info.lengthBytes()).isLessThanOrEqualTo(MIB);
            }
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 80));
        }
    }

    @Test
    void beginsASegmentWhenTheCurrentOneIsOldEnoughAndNotEmpty() throws Exception {
        try (DataDirectory directory = open()) {
            OpenedShard shard = directory.openShard(0);
            clock.move(Duration.ofHours(5));
            blocks.append(shard.journal(), 1);
            assertThat(segments()).containsExactly("1-0");
            blocks.append(shard.journal(), 1);
            assertThat(segments()).containsExactly("1-0", "1-1");
            clock.move(Duration.ofHours(1));
            blocks.append(shard.journal(), 1);
            assertThat(segments()).containsExactly("1-0", "1-1");
            clock.move(Duration.ofNanos(1));
            blocks.append(shard.journal(), 1);
            assertThat(segments()).containsExactly("1-0", "1-1", "1-2");
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 4));
        }
    }

    @Test
    void beginsASegmentWhenTheCurrentOneHasAsManyBlocksAsCanBeSealed() throws Exception {
        JournalSettings large = new JournalSettings(1L << 30, Duration.ofHours(1), clock);
        int all = ActiveSegment.MAX_BLOCKS + 1;
        try (DataDirectory directory = DataDirectory.open(data, large)) {
            OpenedShard shard = directory.openShard(0);
            for (int i = 0; i < ActiveSegment.MAX_BLOCKS; i++) {
                blocks.append(shard.journal(), 1);
            }
            assertThat(segments()).containsExactly("1-0");
            blocks.append(shard.journal(), 1);
            assertThat(segments()).containsExactly("1-0", "1-1");
        }
        try (DataDirectory directory = DataDirectory.open(data, large)) {
            OpenedShard shard = directory.openShard(0);
            assertThat(shard.report().sealedSegments()).isEqualTo(2);
            assertThat(shard.blocks().blockCount()).isEqualTo(all);
            BlockReader reader = new BlockReader();
            for (int i : new int[] {0, 1_023, 1_024, all / 2, all - 2, all - 1}) {
                assertThat(shard.blocks().block(i).firstSequence()).isEqualTo(i);
                shard.blocks().read(shard.blocks().block(i), reader);
                assertThat(reader.next()).isTrue();
                assertThat(reader.sequence()).isEqualTo(i);
            }
        }
    }

    @Test
    void linksEveryBlockToTheBytesOfTheOneBeforeAcrossSegmentsAndIncarnations() throws Exception {
        for (int start = 0; start < 3; start++) {
            try (DataDirectory directory = open()) {
                OpenedShard shard = directory.openShard(0);
                blocks.append(shard.journal(), 3);
                clock.move(Duration.ofHours(2));
                blocks.append(shard.journal(), 3);
            }
        }
        try (ReadOnlyDataDirectory.VerifiedShard shard =
                ReadOnlyDataDirectory.open(data).verify(0)) {
            BlockReader reader = new BlockReader();
            byte[] expected = new byte[32];
            for (int i = 0; i < shard.blocks().blockCount(); i++) {
                BlockInfo info = shard.blocks().block(i);
                shard.blocks().read(info, reader);
                byte[] bytes = reader.buffer(info.lengthBytes());
                assertThat(Arrays.copyOfRange(bytes, 64, 96))
                        .as("link of block %d", i)
                        .isEqualTo(expected);
                expected = MessageDigest.getInstance("SHA-256").digest(Arrays.copyOf(bytes, info.lengthBytes()));
            }
            assertThat(shard.blocks().blockCount()).isEqualTo(6);
            assertThat(shard.report().damage()).isEmpty();
        }
    }

    @Test
    void standsWhereItSaysInTheFileWithTheEnvelopeAsPublished() throws Exception {
        try (DataDirectory directory = open()) {
            OpenedShard shard = directory.openShard(0);
            blocks.append(shard.journal(), 3);
            BlockInfo info = shard.journal().append(blocks.of(Lane.ELEVATED, 3, 2));

            byte[] file = Files.readAllBytes(TestFiles.journal(data, 0, "1-0"));
            int at = (int) info.position();
            assertThat(Arrays.copyOfRange(file, at, at + 8))
                    .isEqualTo(new byte[] {(byte) 0xE7, 'E', 'V', 'B', 'L', 'K', (byte) 0xFF, 0x0A});
            assertThat(TestFiles.u32(file, at - 4))
                    .as("Chronicle's header word")
                    .isEqualTo(info.lengthBytes());
            assertThat(TestFiles.u32(file, at + 8)).as("version 1, no flags").isEqualTo(1);
            assertThat(TestFiles.u32(file, at + 12)).isEqualTo(info.lengthBytes());
            assertThat(TestFiles.u32(file, at + 16)).as("shard").isZero();
            assertThat(TestFiles.u32(file, at + 20)).as("incarnation").isEqualTo(1);
            assertThat(TestFiles.u32(file, at + 24)).as("epoch").isEqualTo(Blocks.EPOCH);
            assertThat(TestFiles.u32(file, at + 28)).as("lane").isEqualTo(1);
            assertThat(TestFiles.u32(file, at + 32)).as("first sequence").isEqualTo(3);
            assertThat(TestFiles.u32(file, at + 40)).as("count").isEqualTo(2);
            assertThat(TestFiles.u32(file, at + 48)).as("smallest time").isEqualTo(3);
            assertThat(TestFiles.u32(file, at + 56)).as("largest time").isEqualTo(4);
            java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
            int sum = TestFiles.u32(file, at + 188);
            TestFiles.putU32(file, at + 188, 0);
            crc.update(file, at, info.lengthBytes());
            assertThat((int) crc.getValue()).isEqualTo(sum);
        }
    }

    @Test
    void opensManyShardsAndKeepsThemApart() throws Exception {
        try (DataDirectory directory = open()) {
            List<OpenedShard> shards = directory.openShards(4);
            for (int shard = 0; shard < 4; shard++) {
                blocks.append(shards.get(shard).journal(), shard + 1);
            }
            for (int shard = 0; shard < 4; shard++) {
                assertThat(shards.get(shard).journal().shard()).isEqualTo(shard);
                assertThat(Blocks.sequences(shards.get(shard).blocks())).hasSize(shard + 1);
            }
        }
        assertThat(ReadOnlyDataDirectory.open(data).shards()).containsExactly(0, 1, 2, 3);
    }

    @Test
    void closingTwiceIsHarmlessAndAppendingAfterItFails() throws Exception {
        try (DataDirectory directory = open()) {
            OpenedShard shard = directory.openShard(0);
            blocks.append(shard.journal(), 1);
            shard.close();
            shard.close();
            assertThatThrownBy(() -> blocks.append(shard.journal(), 1)).isInstanceOf(IOException.class);
        }
    }
}
