package io.evident.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.storage.segment.Damage;
import io.evident.storage.segment.DamageKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Three starts with three blocks of two events each, all closed cleanly; then something happens to the files. */
class SealedSegmentTest {
    @TempDir
    Path data;

    private final Blocks blocks = new Blocks();
    private final List<BlockInfo> written = new ArrayList<>();

    @BeforeEach
    void write() throws IOException {
        for (int start = 0; start < 3; start++) {
            try (DataDirectory directory = open()) {
                OpenedShard shard = directory.openShard(0);
                for (int i = 0; i < 3; i++) {
                    written.add(blocks.append(shard.journal(), 2));
                }
            }
        }
    }

    private final BadSectors files = new BadSectors();

    private DataDirectory open() throws IOException {
        return DataDirectory.open(
                data, new JournalSettings(1 << 20, java.time.Duration.ofHours(1), new TestClock()), files);
    }

    private Path seal(String segment) {
        return TestFiles.segment(data, 0, segment).resolve("blocks.idx");
    }

    private List<DamageKind> verify() throws IOException {
        try (ReadOnlyDataDirectory.VerifiedShard shard =
                ReadOnlyDataDirectory.open(data).verify(0)) {
            return shard.report().damage().stream().map(Damage::kind).toList();
        }
    }

    @Test
    void isNotReadAtTheStart() throws Exception {
        try (DataDirectory directory = open()) {
            OpenedShard shard = directory.openShard(0);
            assertThat(shard.report().sealedSegments()).isEqualTo(3);
            assertThat(shard.report().blocks()).isEqualTo(9);
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 18));
            for (int i = 0; i < 9; i++) {
                assertThat(shard.blocks().block(i)).isEqualTo(written.get(i));
            }
        }
        assertThat(verify()).isEmpty();
    }

    @ParameterizedTest(name = "byte {0}")
    @ValueSource(ints = {0, 8, 12, 16, 20, 24, 32, 48, 112, 130, 279, 280, 283})
    void isReadWhenItsSealIsDamaged(int position) throws Exception {
        TestFiles.flipBit(seal("2-0"), position);
        try (DataDirectory directory = open()) {
            OpenedShard shard = directory.openShard(0);
            assertThat(shard.report().sealedSegments()).isEqualTo(2);
            assertThat(shard.report().damage())
                    .extracting(Damage::kind, Damage::segment)
                    .containsExactly(org.assertj.core.groups.Tuple.tuple(DamageKind.SEAL, "2-0"));
            assertThat(shard.report().hasSeriousDamage()).isFalse();
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 18));
        }
        try (DataDirectory directory = open()) {
            assertThat(directory.openShard(0).report().sealedSegments())
                    .as("sealed anew")
                    .isEqualTo(4);
        }
    }

    @Test
    void isReadWhenItsSealIsMissingCutOrOfAnotherSegment() throws Exception {
        Files.delete(seal("1-0"));
        TestFiles.truncate(seal("2-0"), 150);
        Files.copy(
                seal("2-0").resolveSibling("metadata.cq4t"),
                seal("3-0"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        try (DataDirectory directory = open()) {
            OpenedShard shard = directory.openShard(0);
            assertThat(shard.report().sealedSegments()).isZero();
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 18));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2-0", "3-0"})
    void contract10_isReadWhenItsSealCannotBe(String segment) throws Exception {
        Files.delete(seal(segment));
        Files.createDirectory(seal(segment));
        try (DataDirectory directory = open()) {
            OpenedShard shard = directory.openShard(0);
            assertThat(shard.failure()).isNull();
            assertThat(shard.report().damage())
                    .extracting(Damage::kind, Damage::segment)
                    .containsExactly(org.assertj.core.groups.Tuple.tuple(DamageKind.SEAL, segment));
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 18));
            assertThat(shard.journal().nextSequence()).isEqualTo(18);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void contract10_isServedButForTheBlockThatTheDiskCannotDeliver(int number) throws Exception {
        BlockInfo bad = written.get(6 + number);
        files.in(TestFiles.journal(data, 0, "3-0"), bad.position() + 8, bad.position() + 16);
        try (DataDirectory directory = open()) {
            OpenedShard shard = directory.openShard(0);
            assertThat(shard.failure()).isNull();
            assertThat(shard.journal().nextSequence()).isEqualTo(18);
            assertThat(shard.report().hasSeriousDamage()).isTrue();
            assertThat(shard.report().damage())
                    .extracting(Damage::kind, Damage::segment, Damage::position)
                    .containsExactly(org.assertj.core.groups.Tuple.tuple(DamageKind.UNREADABLE, "3-0", bad.position()));
            BlockReader reader = new BlockReader();
            for (int i = 0; i < 9; i++) {
                BlockInfo block = shard.blocks().block(i);
                if (i == 6 + number) {
                    assertThatThrownBy(() -> shard.blocks().read(block, reader)).isInstanceOf(IOException.class);
                } else {
                    shard.blocks().read(block, reader);
                }
            }
        }
    }

    @Test
    void contract10_isMissedWhenItsFileWasCutOrTakenAway() throws Exception {
        TestFiles.truncate(TestFiles.journal(data, 0, "1-0"), written.get(2).position() - 4);
        Files.delete(TestFiles.journal(data, 0, "2-0"));
        List<Long> left = Blocks.range(0, 4);
        left.addAll(Blocks.range(12, 18));
        try (DataDirectory directory = open()) {
            OpenedShard shard = directory.openShard(0);
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(left);
            assertThat(shard.report().damage())
                    .extracting(Damage::kind, Damage::segment)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple(DamageKind.TRUNCATED, "1-0"),
                            org.assertj.core.groups.Tuple.tuple(DamageKind.TRUNCATED, "2-0"),
                            org.assertj.core.groups.Tuple.tuple(DamageKind.GAP, "3-0"));
        }
    }

    @Test
    void isCheckedWithEveryReadAndByVerify() throws Exception {
        BlockInfo damaged = written.get(4);
        TestFiles.flipBit(TestFiles.journal(data, 0, "2-0"), damaged.position() + 201);
        assertThat(verify()).containsExactly(DamageKind.CHECKSUM, DamageKind.GAP, DamageKind.TRUNCATED);
        try (DataDirectory directory = open()) {
            OpenedShard shard = directory.openShard(0);
            BlockReader reader = new BlockReader();
            assertThatThrownBy(() -> shard.blocks().read(shard.blocks().block(4), reader))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("segment 2-0")
                    .hasMessageContaining("sequences 8 to 9")
                    .hasMessageContaining("checksum");
            shard.blocks().read(shard.blocks().block(5), reader);
            assertThat(reader.next()).isTrue();
        }
    }

    @Test
    void isFoundAlteredThroughTheNextLinkWhenTheChecksumWasMadeToFit() throws Exception {
        Path file = TestFiles.journal(data, 0, "1-0");
        BlockInfo altered = written.get(2);
        byte[] bytes = Files.readAllBytes(file);
        int at = (int) altered.position();
        bytes[at + altered.lengthBytes() - 2] ^= 1;
        TestFiles.putU32(bytes, at + 188, 0);
        CRC32C crc = new CRC32C();
        crc.update(bytes, at, altered.lengthBytes());
        TestFiles.putU32(bytes, at + 188, (int) crc.getValue());
        Files.write(file, bytes);

        assertThat(verify()).containsExactly(DamageKind.SEAL, DamageKind.CHAIN);
    }

    @Test
    void isForeignInAnotherShardOrIncarnation() throws Exception {
        try (DataDirectory directory = open()) {
            blocks.append(directory.openShard(1).journal(), 2);
        }
        TestFiles.copy(TestFiles.segment(data, 1, "1-0"), TestFiles.segment(data, 0, "4-0"));
        TestFiles.copy(TestFiles.segment(data, 0, "2-0"), TestFiles.segment(data, 0, "5-0"));
        try (DataDirectory directory = open()) {
            OpenedShard shard = directory.openShard(0);
            assertThat(shard.report().damage())
                    .extracting(Damage::kind)
                    .containsExactly(DamageKind.SEAL, DamageKind.FOREIGN, DamageKind.SEAL, DamageKind.FOREIGN);
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 18));
            assertThat(shard.journal().incarnation()).isEqualTo(6);
        }
    }

    @Test
    void leavesAGapThatIsReportedWhenItIsTakenAwayWhole() throws Exception {
        Path segment = TestFiles.segment(data, 0, "2-0");
        Files.move(segment, data.resolve("elsewhere"));
        List<Long> left = Blocks.range(0, 6);
        left.addAll(Blocks.range(12, 18));
        try (DataDirectory directory = open()) {
            OpenedShard shard = directory.openShard(0);
            assertThat(shard.report().damage()).extracting(Damage::kind).containsExactly(DamageKind.GAP);
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(left);
        }
    }

    @Test
    void isSetAsideWhenItsSequencesComeAgain() throws Exception {
        // The last segment vanishes, its sequences are given out again, and then it returns.
        Path segment = TestFiles.segment(data, 0, "3-0");
        Files.move(segment, data.resolve("elsewhere"));
        try (DataDirectory directory = open()) {
            blocks.append(directory.openShard(0).journal(), 1);
        }
        Files.move(TestFiles.segment(data, 0, "3-0"), TestFiles.segment(data, 0, "4-0"));
        Files.move(data.resolve("elsewhere"), segment);
        try (DataDirectory directory = open()) {
            OpenedShard shard = directory.openShard(0);
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 18));
            assertThat(shard.journal().nextSequence()).isEqualTo(18);
            assertThat(shard.report().damage()).isNotEmpty();
        }
    }
}
