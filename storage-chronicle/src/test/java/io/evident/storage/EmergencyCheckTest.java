package io.evident.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.storage.emergency.EmergencyCheck;
import io.evident.storage.emergency.EmergencyFinding;
import io.evident.storage.emergency.EmergencyFinding.Meaning;
import io.evident.storage.emergency.OpenedEmergency;
import io.evident.storage.file.DiskFileOperations;
import io.evident.storage.segment.DamageKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a tool that only reads counts and finds in the copies of an emergency journal. */
class EmergencyCheckTest {
    @TempDir
    Path folder;

    private static EmergencyCheck.Result check(Emergency emergency, int copies, long foldedThrough) throws IOException {
        List<OpenedEmergency.Place> places = new ArrayList<>();
        for (int copy = 0; copy < copies; copy++) {
            places.add(new OpenedEmergency.Place(copy == 0 ? "emergency" : "backup", emergency.directory(copy), null));
        }
        return EmergencyCheck.of(DiskFileOperations.INSTANCE, places, Emergency.SHARD, foldedThrough);
    }

    private static long count(Emergency emergency, long foldedThrough) throws IOException {
        return check(emergency, 1, foldedThrough).events();
    }

    private static Set<Meaning> meanings(EmergencyCheck.Result result) {
        return result.findings().stream().map(EmergencyFinding::meaning).collect(Collectors.toSet());
    }

    private Emergency written(int copies, List<BlockInfo> blocks) throws IOException {
        Emergency emergency = new Emergency(folder, DiskFileOperations.INSTANCE, copies);
        emergency.open(0);
        for (int i = 0; i < 4; i++) {
            blocks.add(emergency.append(2, 300));
        }
        emergency.close();
        return emergency;
    }

    @Test
    void countsNothingWhereThereIsNothing() throws IOException {
        Emergency emergency = new Emergency(folder, DiskFileOperations.INSTANCE, 1);
        assertThat(count(emergency, 0)).isZero();

        emergency.open(0);
        assertThat(count(emergency, 0)).isZero();
        emergency.close();
    }

    @Test
    void countsWhatIsNotFoldedWhileItIsOpenAndWhenItIsClosed() throws IOException {
        Emergency emergency = new Emergency(folder, DiskFileOperations.INSTANCE, 1);
        emergency.open(0);
        emergency.append(3);
        emergency.append(1);
        emergency.append(2);
        assertThat(count(emergency, 0)).isEqualTo(6);
        emergency.close();

        assertThat(count(emergency, 0)).isEqualTo(6);
        assertThat(count(emergency, 3)).isEqualTo(3);
        assertThat(count(emergency, 4)).isEqualTo(2);
        assertThat(count(emergency, 6)).isZero();
    }

    @Test
    void countsABlockOnceThatAStartWroteAnew() throws IOException {
        Emergency emergency = new Emergency(folder, DiskFileOperations.INSTANCE, 2);
        emergency.open(0);
        emergency.append(3);
        emergency.append(2);
        emergency.close();
        Files.delete(emergency.file(1, 0));
        emergency.open(0);
        assertThat(emergency.opened.report().copiedBlocks()).isPositive();
        emergency.append(1);
        emergency.close();

        assertThat(count(emergency, 0)).isEqualTo(6);
    }

    @Test
    void changesNothing() throws IOException {
        Emergency emergency = new Emergency(folder, DiskFileOperations.INSTANCE, 1);
        emergency.open(0);
        emergency.append(3);
        emergency.close();
        byte[] before = Files.readAllBytes(emergency.file(0, 0));
        Files.writeString(emergency.directory(0).resolve("strange"), "?");

        assertThat(count(emergency, 0)).isEqualTo(3);
        assertThat(Files.readAllBytes(emergency.file(0, 0))).isEqualTo(before);
        assertThat(emergency.directory(0).resolve("strange")).hasContent("?");
    }

    /** Every byte of the header that means something, of a block's length, of its envelope, and of an event. */
    private static List<Long> bytesThatCount(BlockInfo block) {
        List<Long> bytes = new ArrayList<>();
        for (long at = 0; at < 44; at++) {
            bytes.add(at);
        }
        for (long at = block.position() - 4; at < block.position() + 192 + 40; at++) {
            bytes.add(at);
        }
        bytes.add(block.position() + block.lengthBytes() - 1);
        return bytes;
    }

    @ParameterizedTest(name = "block {0}")
    @ValueSource(ints = {0, 1, 3})
    void contract2_namesEveryFlippedBitOfTheOnlyCopy(int harmed) throws IOException {
        List<BlockInfo> blocks = new ArrayList<>();
        Emergency emergency = written(1, blocks);
        for (long at : bytesThatCount(blocks.get(harmed))) {
            TestFiles.flipBit(emergency.file(0, 0), at);
            EmergencyCheck.Result result = check(emergency, 1, 0);
            assertThat(result.findings()).as("byte %d", at).isNotEmpty();
            if (result.events() < 8) {
                assertThat(meanings(result)).as("byte %d", at).contains(Meaning.LOST);
            }
            TestFiles.flipBit(emergency.file(0, 0), at);
        }
        assertThat(check(emergency, 1, 0).findings()).isEmpty();
    }

    @ParameterizedTest(name = "block {0} of either copy")
    @ValueSource(ints = {0, 3})
    void callsADamagedCopyAWarningWhileTheOtherIsWhole(int harmed) throws IOException {
        List<BlockInfo> blocks = new ArrayList<>();
        Emergency emergency = written(2, blocks);
        for (int copy = 0; copy < 2; copy++) {
            for (long at : bytesThatCount(blocks.get(harmed))) {
                TestFiles.flipBit(emergency.file(copy, 0), at);
                EmergencyCheck.Result result = check(emergency, 2, 0);
                assertThat(result.events()).as("byte %d of copy %d", at, copy).isEqualTo(8);
                assertThat(meanings(result)).as("byte %d of copy %d", at, copy).containsExactly(Meaning.COPY);
                TestFiles.flipBit(emergency.file(copy, 0), at);
            }
        }
        assertThat(check(emergency, 2, 0).findings()).isEmpty();
    }

    @Test
    void namesABlockThatIsWholeInNoCopy() throws IOException {
        List<BlockInfo> blocks = new ArrayList<>();
        Emergency emergency = written(2, blocks);
        for (BlockInfo block : blocks) {
            for (int copy = 0; copy < 2; copy++) {
                TestFiles.flipBit(emergency.file(copy, 0), block.position() + 200 + copy);
            }
            EmergencyCheck.Result result = check(emergency, 2, 0);
            assertThat(result.events()).isEqualTo(6);
            assertThat(meanings(result)).contains(Meaning.LOST);
            for (int copy = 0; copy < 2; copy++) {
                TestFiles.flipBit(emergency.file(copy, 0), block.position() + 200 + copy);
            }
        }
    }

    @Test
    void findsNothingInBlocksThatAreFoldedIn() throws IOException {
        List<BlockInfo> blocks = new ArrayList<>();
        Emergency emergency = written(1, blocks);
        TestFiles.flipBit(emergency.file(0, 0), blocks.get(1).position() + 200);
        assertThat(check(emergency, 1, 8).findings()).isEmpty();
        assertThat(check(emergency, 1, 4).findings()).isEmpty();
        assertThat(meanings(check(emergency, 1, 2))).contains(Meaning.LOST);
    }

    @Test
    void namesAFileThatIsCutAnywhere() throws IOException {
        List<BlockInfo> blocks = new ArrayList<>();
        Emergency emergency = written(2, blocks);
        List<Long> cuts = new ArrayList<>(List.of(0L, 20L, 4095L, 4096L, 4100L));
        for (BlockInfo block : blocks) {
            cuts.add(block.position() + 100);
            cuts.add(block.position() + 192);
            cuts.add(block.position() + block.lengthBytes());
            cuts.add(block.position() + block.lengthBytes() + 3L & -4L);
        }
        byte[] whole = Files.readAllBytes(emergency.file(0, 0));
        for (long cut : cuts) {
            TestFiles.truncate(emergency.file(0, 0), cut);
            EmergencyCheck.Result both = check(emergency, 2, 0);
            assertThat(both.events()).isEqualTo(8);
            assertThat(meanings(both))
                    .as("cut to %d", cut)
                    .contains(Meaning.COPY)
                    .doesNotContain(Meaning.LOST);
            EmergencyCheck.Result alone = check(emergency, 1, 0);
            assertThat(alone.findings()).as("cut to %d", cut).isNotEmpty();
            // A file without its header may be one whose making a crash cut short.
            if (cut >= 4096 && alone.events() < 8) {
                assertThat(meanings(alone)).as("cut to %d", cut).contains(Meaning.LOST);
            }
            Files.write(emergency.file(0, 0), whole);
        }
    }

    @Test
    void namesFilesOfAnotherShardJournalOrVersionAndWhatIsNone() throws IOException {
        List<BlockInfo> blocks = new ArrayList<>();
        Emergency emergency = written(1, blocks);
        Files.writeString(emergency.directory(0).resolve("strange"), "?");
        assertThat(meanings(check(emergency, 1, 0))).containsExactly(Meaning.NOTE);
        Files.copy(emergency.file(0, 0), emergency.file(0, 2));
        TestFiles.overwrite(emergency.file(0, 2), 0, "x".repeat(20_000).getBytes(StandardCharsets.US_ASCII));
        assertThat(meanings(check(emergency, 1, 0))).contains(Meaning.LOST);

        Emergency other = new Emergency(folder.resolve("other"), DiskFileOperations.INSTANCE, 1);
        other.open(0);
        other.append(3);
        other.close();
        Files.delete(emergency.file(0, 2));
        Files.copy(other.file(0, 0), emergency.file(0, 2));
        EmergencyCheck.Result result = check(emergency, 1, 0);
        assertThat(result.events()).isEqualTo(8);
        assertThat(result.findings()).anyMatch(found -> found.damage().kind() == DamageKind.FOREIGN);
        assertThat(meanings(result)).contains(Meaning.LOST);
    }
}
