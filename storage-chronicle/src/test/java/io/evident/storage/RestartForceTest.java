package io.evident.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.storage.segment.ChronicleBlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a start puts on the disk of what an earlier one left behind; found by the simulation. */
class RestartForceTest {
    @TempDir
    Path data;

    private final Blocks blocks = new Blocks();

    /** Writes down what is written and forced, in order. */
    private static final class Recorder extends FaultyFiles {
        private final List<String> done = new ArrayList<>();

        @Override
        public void write(FileChannel channel, Path file, ByteBuffer bytes) throws IOException {
            done.add("write " + file.getFileName());
            super.write(channel, file, bytes);
        }

        @Override
        public void force(FileChannel channel, Path file) throws IOException {
            done.add("force " + file.getFileName());
            super.force(channel, file);
        }

        @Override
        public void forceDirectory(Path directory) throws IOException {
            done.add("force " + directory.getFileName());
            super.forceDirectory(directory);
        }
    }

    @Test
    void contract2_forcesTheDirectoriesThatAnEarlierStartCreatedAndMayNotHaveForced() throws Exception {
        Files.createDirectories(data.resolve("shard-00").resolve("segments"));
        Recorder files = new Recorder();
        try (DataDirectory directory = DataDirectory.open(data, JournalSettings.defaults(), files)) {
            directory.openShard(0);
            assertThat(files.done)
                    .contains("force " + directory.path().getFileName(), "force shard-00", "force segments");
        }
    }

    @Test
    void contract1_writesAgainWhatItFoundBeforeItForcesIt() throws Exception {
        try (DataDirectory directory = DataDirectory.open(data, JournalSettings.defaults())) {
            blocks.append(directory.openShard(0).journal(), 3);
        }
        Path segment = data.resolve("shard-00").resolve("segments").resolve("1-0");
        Files.delete(segment.resolve("blocks.idx"));
        byte[] before = Files.readAllBytes(segment.resolve(ChronicleBlockFile.FILE_NAME));
        Recorder files = new Recorder();
        try (DataDirectory directory = DataDirectory.open(data, JournalSettings.defaults(), files)) {
            OpenedShard shard = directory.openShard(0);
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 3));
            assertThat(files.done)
                    .containsSubsequence(
                            "write " + ChronicleBlockFile.FILE_NAME, "force " + ChronicleBlockFile.FILE_NAME);
            assertThat(files.done.indexOf("write " + ChronicleBlockFile.FILE_NAME))
                    .isLessThan(files.done.indexOf("force " + ChronicleBlockFile.FILE_NAME));
        }
        assertThat(Files.readAllBytes(segment.resolve(ChronicleBlockFile.FILE_NAME)))
                .isEqualTo(before);
    }
}
