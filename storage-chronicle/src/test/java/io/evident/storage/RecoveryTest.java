package io.evident.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.storage.recovery.RecoveryReport;
import io.evident.storage.segment.Damage;
import io.evident.storage.segment.DamageKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Ten blocks of three events, the process dies, something happens to the file, and a new process starts. */
class RecoveryTest {
    private static final int BLOCKS = 10;
    private static final int EVENTS = 3;
    private static final int HEADER_BYTES = 4;

    @TempDir
    Path folder;

    private final Blocks blocks = new Blocks();
    private final TestClock clock = new TestClock();
    private final JournalSettings settings = new JournalSettings(1 << 20, Duration.ofHours(1), clock);
    private Path crashed;
    private Path journal;
    private final List<BlockInfo> written = new ArrayList<>();

    @BeforeEach
    void writeAndCrash() throws IOException {
        crashed = folder.resolve("crashed");
        try (DataDirectory directory = DataDirectory.open(folder.resolve("live"), settings)) {
            OpenedShard shard = directory.openShard(0);
            for (int i = 0; i < BLOCKS; i++) {
                written.add(blocks.append(shard.journal(), EVENTS));
            }
            TestFiles.copy(folder.resolve("live"), crashed);
        }
        journal = TestFiles.journal(crashed, 0, "1-0");
    }

    /** The events of the blocks, without those of some. */
    static List<Long> without(Integer... lost) {
        List<Long> left = new ArrayList<>();
        for (int block = 0; block < BLOCKS; block++) {
            if (!List.of(lost).contains(block)) {
                left.addAll(Blocks.range((long) block * EVENTS, (block + 1L) * EVENTS));
            }
        }
        return left;
    }

    interface Harm {
        void to(Path file, List<BlockInfo> written) throws IOException;
    }

    static Stream<Arguments> harms() {
        List<Arguments> harms = new ArrayList<>();
        harms.add(harm("nothing", (file, written) -> {}, without()));
        for (int block : new int[] {0, 4, BLOCKS - 1}) {
            harms.addAll(harmsTo(block));
        }
        harms.add(harm(
                "cut in the middle of block 5",
                (file, written) -> TestFiles.truncate(file, written.get(5).position() + 200),
                without(5, 6, 7, 8, 9),
                DamageKind.TRUNCATED));
        harms.add(harm(
                "cut in the envelope of block 5",
                (file, written) -> TestFiles.truncate(file, written.get(5).position() + 20),
                without(5, 6, 7, 8, 9),
                DamageKind.TRUNCATED));
        harms.add(harm(
                "cut in the header word of block 5",
                (file, written) -> TestFiles.truncate(file, written.get(5).position() - 2),
                without(5, 6, 7, 8, 9)));
        harms.add(harm(
                "cut to nothing",
                (file, written) -> TestFiles.truncate(file, 0),
                without(0, 1, 2, 3, 4, 5, 6, 7, 8, 9)));
        harms.add(harm(
                "cut within Chronicle's own header",
                (file, written) -> TestFiles.truncate(file, 100),
                new ArrayList<>()));
        harms.add(harm(
                "the first page zeroed",
                (file, written) -> TestFiles.overwrite(file, 0, new byte[4096]),
                without(),
                DamageKind.HEADER));
        harms.add(harm(
                "Chronicle's file header scribbled over",
                (file, written) -> TestFiles.overwrite(file, 0, noise(4096, 1)),
                without(),
                DamageKind.HEADER));
        harms.add(harm(
                "Chronicle's index zeroed",
                (file, written) -> TestFiles.overwrite(file, 300, new byte[32_000]),
                without()));
        harms.add(harm(
                "everything behind Chronicle's header scribbled over",
                (file, written) ->
                        TestFiles.overwrite(file, written.get(0).position() - HEADER_BYTES, noise(1 << 16, 2)),
                new ArrayList<>(),
                DamageKind.HEADER));
        harms.add(harm(
                "metadata file gone",
                (file, written) -> Files.delete(file.resolveSibling("metadata.cq4t")),
                without()));
        harms.add(harm(
                "journal file gone", (file, written) -> Files.delete(file), new ArrayList<>(), DamageKind.UNFINISHED));
        harms.add(harm(
                "garbage beside the segments",
                (file, written) -> {
                    Path segments = file.getParent().getParent();
                    Files.writeString(segments.resolve("core.1234"), "garbage");
                    Files.createDirectory(segments.resolve("01-0"));
                    Files.createDirectory(segments.resolve("99999999999-0"));
                },
                without(),
                DamageKind.UNKNOWN_FILE));
        harms.add(harm(
                "an empty segment",
                (file, written) -> Files.createDirectory(file.getParent().resolveSibling("1-1")),
                without()));
        harms.add(harm(
                "a segment that is a file",
                (file, written) -> Files.writeString(file.getParent().resolveSibling("1-1"), "garbage"),
                without(),
                DamageKind.UNKNOWN_FILE));
        return harms.stream();
    }

    private static List<Arguments> harmsTo(int block) {
        DamageKind inHeader = DamageKind.HEADER;
        return List.of(
                harm(
                        "a bit flipped in an event of block " + block,
                        (file, written) ->
                                TestFiles.flipBit(file, written.get(block).position() + 250),
                        without(block),
                        DamageKind.CHECKSUM),
                harm(
                        "a bit flipped in the envelope of block " + block,
                        (file, written) ->
                                TestFiles.flipBit(file, written.get(block).position() + 40),
                        without(block),
                        DamageKind.CHECKSUM),
                harm(
                        "a bit flipped in the reserved bytes of block " + block,
                        (file, written) ->
                                TestFiles.flipBit(file, written.get(block).position() + 150),
                        without(block),
                        DamageKind.CHECKSUM),
                harm(
                        "a bit flipped in the magic of block " + block,
                        (file, written) ->
                                TestFiles.flipBit(file, written.get(block).position() + 1),
                        without(block),
                        DamageKind.NOT_A_BLOCK),
                harm(
                        "a bit flipped in the length of the header word of block " + block,
                        (file, written) ->
                                TestFiles.flipBit(file, written.get(block).position() - HEADER_BYTES),
                        without(),
                        inHeader),
                harm(
                        "the header word of block " + block + " zeroed",
                        (file, written) -> TestFiles.overwrite(
                                file, written.get(block).position() - HEADER_BYTES, new byte[HEADER_BYTES]),
                        without(),
                        block == BLOCKS - 1 ? DamageKind.UNFINISHED : inHeader),
                harm(
                        "block " + block + " zeroed with its header",
                        (file, written) -> TestFiles.overwrite(
                                file,
                                written.get(block).position() - HEADER_BYTES,
                                new byte[HEADER_BYTES + written.get(block).lengthBytes()]),
                        without(block),
                        block == BLOCKS - 1 ? new DamageKind[0] : new DamageKind[] {inHeader}));
    }

    private static Arguments harm(String name, Harm harm, List<Long> left, DamageKind... kinds) {
        return Arguments.of(name, harm, left, List.of(kinds));
    }

    private static byte[] noise(int length, long seed) {
        byte[] noise = new byte[length];
        new Random(seed).nextBytes(noise);
        return noise;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("harms")
    void contract2_contract10_startsAndServesWhatIsWhole(
            String name, Harm harm, List<Long> left, List<DamageKind> kinds) throws Exception {
        harm.to(journal, written);

        try (DataDirectory directory = DataDirectory.open(crashed, settings)) {
            OpenedShard shard = directory.openShard(0);

            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(left);
            assertThat(kindsBesidesGaps(shard.report())).containsAll(kinds);
            assertThat(kindsBesidesGaps(shard.report())).hasSameSizeAs(new java.util.HashSet<>(kinds));
            long next = left.isEmpty() ? 0 : left.get(left.size() - 1) + 1;
            assertThat(shard.journal().nextSequence()).isEqualTo(next);
            assertThat(shard.journal().incarnation()).isEqualTo(2);
            assertThat(shard.report().events()).isEqualTo(left.size());

            blocks.append(shard.journal(), 2);
            shard.journal().force();
            left.addAll(Blocks.range(next, next + 2));
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(left);
        }
        try (DataDirectory again = DataDirectory.open(crashed, settings)) {
            assertThat(Blocks.sequences(again.openShard(0).blocks())).isEqualTo(left);
        }
    }

    /** Which kinds were found; a gap follows from what was lost before it. */
    private static List<DamageKind> kindsBesidesGaps(RecoveryReport report) {
        return report.damage().stream()
                .map(Damage::kind)
                .filter(kind -> kind != DamageKind.GAP)
                .distinct()
                .toList();
    }
}
