package io.evident.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.storage.file.DiskFileOperations;
import io.evident.storage.file.FileOperations;
import io.evident.storage.segment.DamageKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The emergency journal with copies and files that are lost, damaged, foreign, slow or without space. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EmergencyDamageTest {
    @TempDir
    Path folder;

    interface Harm {
        void to(Path file, List<BlockInfo> written) throws IOException;
    }

    private static Arguments harm(String name, Harm harm, boolean aside, DamageKind... kinds) {
        return Arguments.of(name, harm, aside, List.of(kinds));
    }

    private static void header(Path file, int at, int value) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(44).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(file)) {
            channel.read(header, 0);
        }
        header.putInt(at, value);
        CRC32C crc = new CRC32C();
        crc.update(header.array(), 0, 40);
        header.putInt(40, (int) crc.getValue());
        TestFiles.overwrite(file, 0, header.array());
    }

    static Stream<Arguments> harms() {
        return Stream.of(
                harm(
                        "a bit of an event",
                        (file, written) ->
                                TestFiles.flipBit(file, written.get(1).position() + 230),
                        false,
                        DamageKind.CHECKSUM),
                harm(
                        "a bit of the last event",
                        (file, written) ->
                                TestFiles.flipBit(file, written.get(4).position() + 230),
                        false,
                        DamageKind.UNFINISHED),
                harm(
                        "a bit of a length",
                        (file, written) ->
                                TestFiles.flipBit(file, written.get(1).position() - 4),
                        false,
                        DamageKind.HEADER),
                harm(
                        "a torn end",
                        (file, written) ->
                                TestFiles.overwrite(file, written.get(4).position() + 100, new byte[400]),
                        false,
                        DamageKind.UNFINISHED),
                harm(
                        "the header zeroed",
                        (file, written) -> TestFiles.overwrite(file, 0, new byte[4096]),
                        false,
                        DamageKind.HEADER),
                harm("a bit of the header", (file, written) -> TestFiles.flipBit(file, 30), false, DamageKind.HEADER),
                harm(
                        "cut short",
                        (file, written) ->
                                TestFiles.truncate(file, written.get(2).position() + 10),
                        false,
                        DamageKind.UNFINISHED),
                harm("gone", (file, written) -> Files.delete(file), false),
                harm("a later version", (file, written) -> header(file, 4, 2), true, DamageKind.UNKNOWN_VERSION),
                harm("another shard", (file, written) -> header(file, 16, 9), true, DamageKind.FOREIGN),
                harm("another journal", (file, written) -> header(file, 24, 77), true, DamageKind.FOREIGN),
                harm(
                        "noise",
                        (file, written) -> Files.write(
                                file, "x".repeat(20_000).getBytes(java.nio.charset.StandardCharsets.US_ASCII)),
                        true,
                        DamageKind.NOT_A_BLOCK),
                harm(
                        "a directory",
                        (file, written) -> {
                            Files.delete(file);
                            Files.createDirectory(file);
                        },
                        true,
                        DamageKind.UNREADABLE));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("harms")
    void contract2_contract10_servesFromTheOtherCopyAndMakesTheHarmedOneWholeAgain(
            String name, Harm harm, boolean aside, List<DamageKind> kinds) throws Exception {
        // The first copy says which journal it is: so only the second one can be of another.
        for (int harmed = 1; harmed >= (name.equals("another journal") ? 1 : 0); harmed--) {
            Emergency emergency = new Emergency(folder.resolve("copy" + harmed), DiskFileOperations.INSTANCE, 2);
            emergency.open(0);
            List<BlockInfo> written = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                written.add(emergency.append(2, 300));
            }
            emergency.close();
            harm.to(emergency.file(harmed, 0), written);

            emergency.open(0);
            assertThat(emergency.positions()).isEqualTo(Blocks.range(1, 11));
            assertThat(emergency.damage()).containsAll(kinds);
            assertThat(emergency.opened.journal().workingCopies()).isEqualTo(2);
            assertThat(emergency.append(1).firstSequence()).isEqualTo(11);
            emergency.close();
            try (Stream<Path> entries = Files.list(emergency.directory(harmed))) {
                assertThat(entries.anyMatch(entry -> entry.toString().contains(".aside-")))
                        .isEqualTo(aside);
            }
            // Whichever copy is lost now, the other one has everything.
            TestFiles.overwrite(emergency.file(1 - harmed, 0), 0, new byte[200_000]);
            TestFiles.overwrite(emergency.file(1 - harmed, 1), 0, new byte[200_000]);
            emergency.open(0);
            assertThat(emergency.positions()).isEqualTo(Blocks.range(1, 12));
            emergency.close();
        }
    }

    @ParameterizedTest(name = "{0} bytes of the header")
    @ValueSource(ints = {0, 1, 4, 8, 15, 16, 20, 24, 39, 40, 43})
    void contract10_anUnusedFileWhoseHeaderBrokeOffIsLaidOutAnew(int written) throws Exception {
        Emergency emergency = new Emergency(folder, DiskFileOperations.INSTANCE, 2);
        emergency.open(0);
        emergency.close();
        Path file = emergency.file(0, 0);
        TestFiles.overwrite(file, written, new byte[4096 - written]);

        emergency.open(0);
        assertThat(emergency.opened.report().hasSeriousDamage()).isFalse();
        assertThat(emergency.opened.journal().workingCopies()).isEqualTo(2);
        assertThat(emergency.append(1).firstSequence()).isEqualTo(1);
        emergency.close();
        emergency.open(0);
        assertThat(emergency.positions()).isEqualTo(Blocks.range(1, 2));
        assertThat(emergency.damage()).isEmpty();
        emergency.close();
    }

    @ParameterizedTest(name = "byte {0} is another")
    @ValueSource(ints = {0, 4, 8, 16, 20, 43, 44, 4095, 4096, 200_000})
    void contract10_anUnusedFileInWhichAnythingElseStandsIsSetAside(int at) throws Exception {
        Emergency emergency = new Emergency(folder, DiskFileOperations.INSTANCE, 2);
        emergency.open(0);
        emergency.close();
        Path file = emergency.file(0, 0);
        TestFiles.overwrite(file, 20, new byte[4096 - 20]);
        TestFiles.overwrite(file, at, new byte[] {(byte) 0xA5});

        emergency.open(0);
        assertThat(emergency.opened.report().hasSeriousDamage()).isTrue();
        assertThat(emergency.damage()).contains(DamageKind.NOT_A_BLOCK);
        emergency.close();
    }

    @Test
    void contract2_aFileThatIsSetAsideInOneCopyFreesNothingInTheOtherWhileTheFoldIsNotForced() throws Exception {
        Emergency other = new Emergency(folder.resolve("other"), DiskFileOperations.INSTANCE, 1);
        Files.createDirectories(folder.resolve("other"));
        other.open(0);
        other.append(1);
        other.close();
        Emergency emergency = new Emergency(folder, DiskFileOperations.INSTANCE, 2);
        emergency.open(0);
        emergency.append(3);
        emergency.close();
        Files.copy(other.file(0, 0), emergency.file(0, 0), StandardCopyOption.REPLACE_EXISTING);
        byte[] before = Files.readAllBytes(emergency.file(1, 0));

        emergency.openUnforced(3);
        while (emergency.append(10, 10_000) != null) {}
        emergency.close();
        assertThat(Files.readAllBytes(emergency.file(1, 0))).isEqualTo(before);
    }

    @Test
    void contract10_namesWhatIsMissingWhenTheOnlyCopyIsDamaged() throws Exception {
        Emergency emergency = new Emergency(folder, DiskFileOperations.INSTANCE, 1);
        emergency.open(0);
        emergency.append(2);
        BlockInfo second = emergency.append(2);
        emergency.append(2);
        emergency.close();
        TestFiles.flipBit(emergency.file(0, 0), second.position() + 200);
        for (int start = 0; start < 2; start++) {
            emergency.open(0);
            assertThat(emergency.positions()).containsExactly(1L, 2L, 5L, 6L);
            assertThat(emergency.damage()).containsExactlyInAnyOrder(DamageKind.CHECKSUM, DamageKind.GAP);
            emergency.close();
        }
    }

    @Test
    void contract10_startsWithACopyThatCannotBeMadeAndTakesNothingWithNone() throws Exception {
        Emergency emergency = new Emergency(folder, DiskFileOperations.INSTANCE, 2);
        Files.writeString(emergency.directory(1), "a file");
        emergency.open(0);
        assertThat(emergency.opened.journal().workingCopies()).isEqualTo(1);
        assertThat(emergency.damage()).containsExactly(DamageKind.UNREADABLE);
        assertThat(emergency.append(1)).isNotNull();
        emergency.close();

        Emergency none = new Emergency(folder.resolve("second"), DiskFileOperations.INSTANCE, 1);
        none.open(0);
        assertThat(none.opened.journal().workingCopies()).isZero();
        assertThatThrownBy(() -> none.append(1)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> none.append(1)).hasMessageContaining("failed earlier");
        none.close();
    }

    /** Has no space left for more than is there, when told so. */
    private static final class FullFiles extends FaultyFiles {
        private final AtomicBoolean full = new AtomicBoolean();

        @Override
        public void write(FileChannel channel, Path file, ByteBuffer bytes) throws IOException {
            if (full.get() && channel.position() + bytes.remaining() > channel.size()) {
                throw new IOException("No space left on device");
            }
            super.write(channel, file, bytes);
        }
    }

    @Test
    void contract7_isFullAndNotBrokenWhenTheDiskHasNoSpaceForAnotherFile() throws Exception {
        FullFiles files = new FullFiles();
        Emergency emergency = new Emergency(folder, files, 2);
        emergency.open(0, 4);
        files.full.set(true);
        int taken = 0;
        while (emergency.append(1, 50_000) != null) {
            taken++;
        }
        assertThat(taken).as("two files were there").isEqualTo(20);
        assertThat(emergency.append(1, 50_000)).isNull();
        assertThat(emergency.opened.journal().workingCopies()).isEqualTo(2);
        assertThat(Files.size(emergency.file(0, 2)))
                .as("nothing is kept of the file that could not be made")
                .isZero();
        emergency.opened.journal().discardThrough(10);
        assertThat(emergency.append(1, 50_000)).as("in the file that is free").isNotNull();
        emergency.opened.journal().discardThrough(20);
        files.full.set(false);
        for (int i = 0; i < 25; i++) {
            assertThat(emergency.append(1, 50_000)).isNotNull();
        }
        assertThat(emergency.positions()).isEqualTo(Blocks.range(21, 47));
        emergency.close();

        files.full.set(true);
        Emergency fresh = new Emergency(folder.resolve("fresh"), files, 1);
        fresh.open(0, 4);
        assertThat(fresh.append(1)).as("no file at all").isNull();
        files.full.set(false);
        assertThat(fresh.append(1)).isNotNull();
        fresh.close();
    }

    @ParameterizedTest(name = "{0} copies")
    @ValueSource(ints = {1, 2})
    void contract1_isFoundAgainOrWasRefusedWhicheverFileOperationFails(int copies) throws Exception {
        FaultyFiles files = new FaultyFiles();
        files.forceNothing();
        int nth = 0;
        do {
            nth++;
            Emergency emergency = new Emergency(folder.resolve("run-" + nth), files, copies);
            files.failAt(nth);
            long acknowledged = 0;
            long folded = 0;
            boolean failed = false;
            for (int start = 0; start < 2 && !failed; start++) {
                emergency.open(folded, 2);
                try {
                    for (int i = 0; i < 7; i++) {
                        BlockInfo info = emergency.append(2, 50_000);
                        acknowledged = info == null ? acknowledged : info.lastSequence();
                    }
                    folded = acknowledged / 2;
                    emergency.opened.journal().discardThrough(folded);
                } catch (IOException e) {
                    failed = true;
                    assertThatThrownBy(() -> emergency.append(1)).isInstanceOf(IOException.class);
                }
                emergency.close();
            }
            files.failAt(0);
            emergency.open(folded, 2);
            List<Long> found = emergency.positions().stream().toList();
            assertThat(found).as("fault at %d", nth).containsAll(Blocks.range(folded + 1, acknowledged + 1));
            assertThat(found)
                    .as("fault at %d", nth)
                    .isEqualTo(Blocks.range(
                            found.isEmpty() ? 0 : found.get(0), found.isEmpty() ? 0 : found.get(0) + found.size()));
            if (copies == 2) {
                assertThat(failed)
                        .as("one fault leaves one copy, fault at %d", nth)
                        .isFalse();
            }
            emergency.close();
        } while (nth < 70);
        assertThat(files.hasFailed()).isFalse();
    }

    /** Hangs in a force of one copy, until it is let go. */
    private static final class HangingFiles extends FaultyFiles {
        private final CountDownLatch letGo = new CountDownLatch(1);
        private volatile String hanging = "none";

        @Override
        public void force(FileChannel channel, Path file) throws IOException {
            if (file.getParent().endsWith(hanging)) {
                try {
                    letGo.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
            super.force(channel, file);
        }
    }

    @ParameterizedTest(name = "the {0} one")
    @ValueSource(strings = {"first", "second"})
    void contract5_givesUpACopyThatHangsWhenTheOtherOneIsDone(String hanging) throws Exception {
        HangingFiles files = new HangingFiles();
        Emergency emergency = new Emergency(folder, files, 2, Duration.ofMillis(300));
        emergency.open(0);
        while (emergency.opened.journal().workingCopies() == 2 && emergency.append(1) != null) {
            files.hanging = hanging;
        }
        assertThat(emergency.opened.journal().workingCopies()).isEqualTo(1);
        emergency.append(3);
        files.letGo.countDown();
        long next = emergency.opened.journal().nextPosition();
        emergency.close();
        emergency.open(0);
        assertThat(emergency.positions()).isEqualTo(Blocks.range(1, next));
        assertThat(emergency.opened.report().copiedBlocks()).isPositive();
        emergency.close();
    }

    @Test
    void contract2_leavesAFileThatCannotBeReadForTheMomentWhereItIsAndTakesNothing() throws Exception {
        AtomicBoolean unreadable = new AtomicBoolean();
        FileOperations files = new FaultyFiles() {
            @Override
            public FileChannel open(Path file, java.nio.file.OpenOption... options) throws IOException {
                if (unreadable.get() && file.endsWith("00.blocks")) {
                    throw new IOException("Too many open files");
                }
                return super.open(file, options);
            }
        };
        Emergency emergency = new Emergency(folder, files, 1);
        emergency.open(0);
        emergency.append(3);
        emergency.close();
        // Behind them, in another file.
        emergency.open(0);
        emergency.append(2);
        emergency.close();

        unreadable.set(true);
        emergency.open(0);
        assertThat(emergency.positions()).isEmpty();
        assertThat(emergency.damage()).contains(DamageKind.UNREADABLE);
        assertThat(emergency.opened.journal().workingCopies()).isZero();
        emergency.close();

        unreadable.set(false);
        emergency.open(0);
        assertThat(emergency.positions()).isEqualTo(Blocks.range(1, 6));
        assertThat(emergency.opened.journal().workingCopies()).isEqualTo(1);
        emergency.close();
    }
}
