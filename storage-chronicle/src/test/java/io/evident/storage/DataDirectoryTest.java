package io.evident.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.pipeline.journal.BlockReader;
import io.evident.storage.directory.DataDirectoryInUseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    @TempDir
    Path folder;

    private final Blocks blocks = new Blocks();

    @Test
    void createsItselfWithTheDocumentedLayout() throws Exception {
        Path data = folder.resolve("a/b/data");
        try (DataDirectory directory = DataDirectory.open(data, JournalSettings.defaults())) {
            directory.openShard(3);
            assertThat(data.resolve("evident.lock")).isRegularFile();
            assertThat(data.resolve("shard-03/segments/1-0")).isDirectory();
            assertThat(directory.shardMap()).isEqualTo(data.toRealPath().resolve("shards.json"));
            assertThat(directory.freeBytes()).isPositive();
        }
    }

    @Test
    void refusesASecondOpeningAndKeepsTheLockOfTheFirst() throws Exception {
        try (DataDirectory first = DataDirectory.open(folder, JournalSettings.defaults())) {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> DataDirectory.open(first.path(), JournalSettings.defaults()))
                        .isInstanceOf(DataDirectoryInUseException.class)
                        .hasMessageContaining(first.path().toString())
                        .hasMessageContaining("--data");
            }
        }
        DataDirectory.open(folder, JournalSettings.defaults()).close();
    }

    @Test
    void findsItselfLockedThroughASymbolicLinkToo() throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), data);
        try (DataDirectory first = DataDirectory.open(data, JournalSettings.defaults())) {
            assertThat(first.path()).isEqualTo(data.toRealPath());
            assertThatThrownBy(() -> DataDirectory.open(link, JournalSettings.defaults()))
                    .isInstanceOf(DataDirectoryInUseException.class);
        }
    }

    @Test
    void failsClearlyWhereAFileStands() throws Exception {
        Path file = Files.writeString(folder.resolve("data"), "not a directory");
        assertThatThrownBy(() -> DataDirectory.open(file, JournalSettings.defaults()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("data");
    }

    @Test
    void opensAShardOnce() throws Exception {
        try (DataDirectory directory = DataDirectory.open(folder, JournalSettings.defaults())) {
            directory.openShard(0);
            assertThatThrownBy(() -> directory.openShard(0)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> directory.openShard(-1)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void readsWithoutALockBesideAServer() throws Exception {
        try (DataDirectory directory = DataDirectory.open(folder, JournalSettings.defaults())) {
            OpenedShard shard = directory.openShard(0);
            blocks.append(shard.journal(), 4);
            try (ReadOnlyDataDirectory.VerifiedShard read =
                    ReadOnlyDataDirectory.open(folder).verify(0)) {
                assertThat(Blocks.sequences(read.blocks())).isEqualTo(Blocks.range(0, 4));
                assertThat(read.report().damage()).isEmpty();
            }
            blocks.append(shard.journal(), 1);
            assertThat(shard.blocks().blockCount()).isEqualTo(2);
        }
        assertThatThrownBy(() -> ReadOnlyDataDirectory.open(folder.resolve("nowhere")))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void leavesNoFileOpen() throws Exception {
        TestClock clock = new TestClock();
        JournalSettings settings = new JournalSettings(1 << 20, Duration.ofHours(1), clock);
        for (int start = 0; start < 3; start++) {
            try (DataDirectory directory = DataDirectory.open(folder, settings)) {
                for (OpenedShard shard : directory.openShards(2)) {
                    blocks.append(shard.journal(), 1);
                    clock.move(Duration.ofHours(2));
                    blocks.append(shard.journal(), 1);
                    shard.journal().force();
                    Blocks.sequences(shard.blocks());
                }
                JournalFollower follower = ReadOnlyDataDirectory.open(folder).follow(0);
                assertThat(follower.poll(new BlockReader())).isTrue();
                follower.close();
            }
        }
        Awaitility.await()
                .untilAsserted(() -> assertThat(TestFiles.openFilesUnder(folder.toRealPath()))
                        .isLessThanOrEqualTo(0));
    }
}
