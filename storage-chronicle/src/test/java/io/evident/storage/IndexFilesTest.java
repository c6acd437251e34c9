package io.evident.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.storage.file.DiskFileOperations;
import io.evident.storage.file.FileOperations;
import io.evident.storage.index.part.RandomEvents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The parts of an index, from the journal to their files and back. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class IndexFilesTest {
    @TempDir
    Path base;

    private Path data;
    private final RandomEvents events = new RandomEvents(5, 50);

    @BeforeEach
    void place() throws IOException {
        data = base.toRealPath().resolve("data");
        Files.createDirectory(data);
    }

    private IndexRoad open(FileOperations files) throws IOException {
        return new IndexRoad(data, files, events, 1);
    }

    private IndexRoad open() throws IOException {
        return open(DiskFileOperations.INSTANCE);
    }

    /** Leaves three segments, the first two with files. */
    private void leaveParts() throws IOException {
        try (IndexRoad road = open()) {
            fill(road);
            assertThat(IndexRoad.files(data)).hasSize(2);
        }
    }

    private static void appendSegments(IndexRoad road) throws IOException {
        road.append(0, 3, 40);
        road.roll();
        road.append(0, 3, 40);
        road.roll();
        road.append(0, 3, 40);
    }

    private static void fill(IndexRoad road) throws IOException {
        appendSegments(road);
        road.force(0);
        road.index();
        road.checkWhole(0);
    }

    @Test
    void coversWhatIsJournaledAndMakesFilesOfWhatIsForced() throws IOException {
        try (IndexRoad road = open()) {
            assertThat(road.index(0).parts()).isEmpty();
            road.append(0, 1, 3);
            assertThat(road.indexes.eventsBehind()).isEqualTo(3);
            road.index();
            assertThat(road.indexes.eventsBehind()).isZero();
            road.checkWhole(0);

            appendSegments(road);
            road.index();
            road.checkWhole(0);
            assertThat(IndexRoad.files(data)).as("nothing is forced").isEmpty();

            road.force(0);
            road.index();
            road.checkWhole(0);
            assertThat(IndexRoad.files(data)).as("but the segment at work").hasSize(2);
            assertThat(road.indexes.fileBytes()).isPositive();
            assertThat(road.index(0).parts()).hasSize(3);
            assertThat(road.indexes.eventsIndexed()).isEqualTo(363);
        }
    }

    @Test
    void opensItsFilesAtTheStartAndMakesOnlyTheMissingPart() throws IOException {
        leaveParts();
        try (IndexRoad road = open()) {
            assertThat(road.index(0).parts()).hasSize(2);
            road.check(0, 20);
            road.index();
            road.checkWhole(0);
            assertThat(road.indexes.rebuilds()).isEqualTo(1);
        }
        try (IndexRoad road = open()) {
            road.checkWhole(0);
            assertThat(road.indexes.rebuilds()).isZero();
        }
    }

    @Test
    void aReaderFindsNothingWrongWithTheFiles() throws IOException {
        leaveParts();
        try (ReadOnlyDataDirectory.VerifiedShard shard =
                ReadOnlyDataDirectory.open(data).verify(0)) {
            assertThat(shard.report().damage()).isEmpty();
        }
    }

    @Test
    void makesAFileAnewThatIsMissingOrDamagedOrAnothers() throws IOException {
        leaveParts();
        List<Path> files = IndexRoad.files(data);
        byte[] first = Files.readAllBytes(files.get(0));
        Files.delete(files.get(0));
        restartAndCheck(1 + 1);

        Files.write(files.get(0), java.util.Arrays.copyOf(first, first.length - 1));
        restartAndCheck(1);
        Files.write(files.get(0), java.util.Arrays.copyOf(first, first.length + 1));
        restartAndCheck(1);
        Files.write(files.get(0), new byte[0]);
        restartAndCheck(1);
        Files.write(files.get(0), new byte[100_000]);
        restartAndCheck(1);
        Files.write(files.get(1), first);
        restartAndCheck(1);
        byte[] later = first.clone();
        later[8]++;
        Files.write(files.get(0), later);
        restartAndCheck(1);
        assertThat(Files.readAllBytes(files.get(0))).isEqualTo(first);
    }

    private void restartAndCheck(int rebuilds) throws IOException {
        try (IndexRoad road = open()) {
            road.check(0, 3);
            road.index();
            road.checkWhole(0);
            assertThat(road.indexes.rebuilds()).isEqualTo(rebuilds);
        }
    }

    @Test
    void makesAPartAnewThatTurnsOutToBeDamagedWhileItIsUsed() throws IOException {
        leaveParts();
        Path file = IndexRoad.files(data).get(0);
        byte[] right = Files.readAllBytes(file);
        byte[] wrong = right.clone();
        wrong[right.length / 2] ^= 4;
        Files.write(file, wrong);
        try (IndexRoad road = open()) {
            assertThat(road.index(0).parts()).hasSize(2);
            assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> road.check(0, 100)))
                    .isInstanceOf(io.evident.pipeline.index.IndexDamagedException.class);
            assertThat(road.index(0).parts()).as("it is left out").hasSize(1);
            road.index();
            road.checkWhole(0);
            assertThat(road.indexes.damagedParts()).isEqualTo(1);
            assertThat(Files.readAllBytes(file)).isEqualTo(right);
        }
    }

    @Test
    void aCrashBeforeTheRenameLeavesNothingBehind() throws IOException {
        leaveParts();
        Path file = IndexRoad.files(data).get(1);
        Files.move(file, file.resolveSibling(file.getFileName() + ".new"));
        restartAndCheck(2);
        assertThat(IndexRoad.files(data))
                .hasSize(3)
                .allSatisfy(each -> assertThat(each.toString()).endsWith(".idx"));
    }

    @ParameterizedTest(name = "operation {0} fails")
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void aFileThatCannotBeWrittenKeepsNobodyFromAsking(int nth) throws IOException {
        FaultyFiles files = new FaultyFiles();
        try (IndexRoad road = open(files)) {
            appendSegments(road);
            road.index();
            road.force(0);
            files.failAt(nth);
            road.index();
            assertThat(files.hasFailed()).isTrue();
            files.failAt(0);
            road.checkWhole(0);
            assertThat(road.indexes.parts()).isEqualTo(3);
        }
        restartAndCheckAll();
    }

    private void restartAndCheckAll() throws IOException {
        try (IndexRoad road = open()) {
            road.check(0, 3);
            road.index();
            road.checkWhole(0);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void noFileClaimsWhatAPowerCutTook(long seed) throws IOException {
        Random random = new Random(seed);
        ForgetfulFiles files = new ForgetfulFiles();
        try (IndexRoad road = open(files)) {
            for (int i = 0; i < 12; i++) {
                road.append(0, 1, 1 + random.nextInt(70));
                if (random.nextInt(3) == 0) {
                    road.roll();
                }
                if (random.nextInt(4) == 0) {
                    road.force(0);
                }
                if (random.nextBoolean()) {
                    road.index();
                }
            }
            files.cutPower(random, random.nextBoolean());
        }
        restartAndCheckAll();
    }

    @Test
    void leavesOutABlockThatCannotBeRead() throws IOException {
        List<BlockInfo> infos;
        try (IndexRoad road = open()) {
            road.append(0, 20, 10);
            infos = java.util.stream.IntStream.range(0, 20)
                    .mapToObj(road.source(0)::block)
                    .toList();
            TestFiles.flipBit(TestFiles.journal(data, 0, "1-0"), infos.get(7).position() + 300);
            road.index();
            assertThat(road.covered(0)).isEqualTo(19);
            assertThat(road.index(0).parts()).hasSize(2);
            assertThat(road.index(0).parts().get(0).endBlock()).isEqualTo(7);
            assertThat(road.index(0).parts().get(1).firstBlock()).isEqualTo(8);
            road.check(0, 20);
            assertThat(road.indexes.eventsBehind()).isEqualTo(10);
        }
        try (IndexRoad road = open()) {
            road.index();
            assertThat(road.covered(0)).isEqualTo(19);
            road.check(0, 20);
        }
    }

    @Test
    void threadsIndexSeveralShardsAndLeaveNothingOpen() throws Exception {
        try (IndexRoad road = new IndexRoad(data, DiskFileOperations.INSTANCE, events, 3)) {
            road.indexes.start();
            for (int i = 0; i < 9; i++) {
                if (i == 3 || i == 6) {
                    road.roll();
                }
                for (int shard = 0; shard < 3; shard++) {
                    road.append(shard, 1, 100);
                    road.force(shard);
                }
            }
            org.awaitility.Awaitility.await()
                    .until(() -> road.indexes.eventsBehind() == 0
                            && IndexRoad.files(data).size() == 6);
            for (int shard = 0; shard < 3; shard++) {
                road.checkWhole(shard);
            }
        }
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("indexer", "index-files");
        assertThat(TestFiles.openFilesUnder(data)).isLessThanOrEqualTo(0);
    }
}
