package io.evident.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.evident.event.Lane;
import io.evident.pipeline.journal.Block;
import io.evident.storage.file.DiskFileOperations;
import io.evident.storage.segment.BlockFile;
import io.evident.storage.segment.ChronicleBlockFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ForceTest {
    @TempDir
    Path data;

    private final Blocks blocks = new Blocks();
    private final TestClock clock = new TestClock();
    private final JournalSettings small = new JournalSettings(1 << 20, Duration.ofHours(1), clock);

    @Test
    void contract1_neverSucceedsAgainAfterAForceThatFailed() throws Exception {
        FaultyFiles files = new FaultyFiles();
        DataDirectory directory = DataDirectory.open(data, small, files);
        OpenedShard shard = directory.openShard(0);
        blocks.append(shard.journal(), 1);
        shard.journal().force();
        blocks.append(shard.journal(), 1);

        files.failAt(1);
        assertThatThrownBy(() -> shard.journal().force()).isInstanceOf(IOException.class);
        assertThat(files.hasFailed()).isTrue();

        // The disk would take it now: the pages of the failed force may be gone all the same.
        assertThatThrownBy(() -> shard.journal().force())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("failed earlier");
        assertThatThrownBy(() -> blocks.append(shard.journal(), 1)).hasMessageContaining("failed earlier");
        assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 2));
        assertThatThrownBy(directory::close).hasMessageContaining("failed earlier");
        // Chronicle closes the last of its files on a thread of its own.
        await().untilAsserted(() -> assertThat(TestFiles.openFilesUnder(data)).isLessThanOrEqualTo(0));
    }

    @Test
    void appendsNothingAfterAnAppendThatFailedButForcesWhatWasAppendedBefore() throws Exception {
        AtomicBoolean full = new AtomicBoolean();
        BlockFile.Opener opener = (segment, segmentBytes) -> {
            BlockFile real =
                    ChronicleBlockFile.opener(DiskFileOperations.INSTANCE).open(segment, segmentBytes);
            return new BlockFile() {
                @Override
                public long append(byte[] bytes, int length) throws IOException {
                    if (full.get()) {
                        throw new IOException("injected: no space left");
                    }
                    return real.append(bytes, length);
                }

                @Override
                public void close() throws IOException {
                    real.close();
                }
            };
        };
        try (DataDirectory directory = DataDirectory.open(data, small, DiskFileOperations.INSTANCE, opener)) {
            OpenedShard shard = directory.openShard(0);
            blocks.append(shard.journal(), 2);
            full.set(true);
            assertThatThrownBy(() -> blocks.append(shard.journal(), 1)).hasMessageContaining("no space left");
            full.set(false);
            assertThatThrownBy(() -> blocks.append(shard.journal(), 1)).hasMessageContaining("failed earlier");
            shard.journal().force();
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 2));
        }
        try (DataDirectory directory = DataDirectory.open(data, small)) {
            assertThat(Blocks.sequences(directory.openShard(0).blocks())).isEqualTo(Blocks.range(0, 2));
        }
    }

    /** Counts per segment what was appended, and how much of that was there when its file was last forced. */
    private static final class ForceCounter extends FaultyFiles {
        private final Map<Path, AtomicInteger> appended = new ConcurrentHashMap<>();
        private final Map<Path, Integer> forced = new ConcurrentHashMap<>();
        private final Map<Path, Boolean> forcedDirectories = new ConcurrentHashMap<>();

        BlockFile open(Path segment, long segmentBytes) throws IOException {
            BlockFile real =
                    ChronicleBlockFile.opener(DiskFileOperations.INSTANCE).open(segment, segmentBytes);
            AtomicInteger count = appended.computeIfAbsent(segment, key -> new AtomicInteger());
            return new BlockFile() {
                @Override
                public long append(byte[] bytes, int length) throws IOException {
                    long position = real.append(bytes, length);
                    count.incrementAndGet();
                    return position;
                }

                @Override
                public void close() throws IOException {
                    real.close();
                }
            };
        }

        @Override
        public void force(FileChannel channel, Path file) throws IOException {
            AtomicInteger count = appended.get(file.getParent());
            int before = count == null ? 0 : count.get();
            super.force(channel, file);
            if (file.getFileName().toString().equals(ChronicleBlockFile.FILE_NAME)) {
                forced.put(file.getParent(), before);
            }
        }

        @Override
        public void forceDirectory(Path directory) throws IOException {
            super.forceDirectory(directory);
            forcedDirectories.put(directory, true);
        }

        int forcedBlocks() {
            return forced.entrySet().stream()
                    .filter(entry -> forcedDirectories.containsKey(entry.getKey()))
                    .mapToInt(Map.Entry::getValue)
                    .sum();
        }
    }

    @Test
    void contract1_forcesEverythingThatWasAppendedBeforeWhileTheWriterGoesOnAndRolls() throws Exception {
        int all = 400;
        ForceCounter files = new ForceCounter();
        try (DataDirectory directory = DataDirectory.open(data, small, files, files::open)) {
            OpenedShard shard = directory.openShard(0);
            CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> append(shard, all));
            List<String> tooLittle = new ArrayList<>();
            int before = 0;
            while (before < all && !writer.isCompletedExceptionally()) {
                before = shard.blocks().blockCount();
                shard.journal().force();
                if (files.forcedBlocks() < before) {
                    tooLittle.add(files.forcedBlocks() + " of " + before);
                }
            }
            writer.join();
            assertThat(tooLittle).isEmpty();
            assertThat(files.appended.size()).as("segments").isGreaterThan(5);
        }
        try (DataDirectory directory = DataDirectory.open(data, small)) {
            OpenedShard shard = directory.openShard(0);
            assertThat(shard.report().sealedSegments()).isEqualTo(files.appended.size());
            assertThat(shard.blocks().blockCount()).isEqualTo(all);
        }
    }

    private void append(OpenedShard shard, int count) {
        try {
            for (int i = 0; i < count; i++) {
                shard.journal().append(blocks.of(Lane.STANDARD, i, 1, 20_000));
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void contract2_contract10_losesNothingForcedWhicheverFileOperationFails() throws Exception {
        FaultyFiles files = new FaultyFiles();
        int nth = 0;
        do {
            nth++;
            Path folder = data.resolve("run-" + nth);
            Files.createDirectory(folder);
            files.failAt(nth);
            long synced = runUntilTheFault(folder, files);

            try (DataDirectory directory = DataDirectory.open(folder, small)) {
                OpenedShard shard = directory.openShard(0);
                List<Long> found = Blocks.sequences(shard.blocks());
                assertThat(found).as("fault at operation %d", nth).isEqualTo(Blocks.range(0, found.size()));
                assertThat(found.size()).as("fault at operation %d", nth).isGreaterThanOrEqualTo((int) synced);
                assertThat(shard.report().hasSeriousDamage()).isFalse();
                blocks.append(shard.journal(), 1);
            }
        } while (files.hasFailed());
        assertThat(nth).isGreaterThan(20);
    }

    /** Two segments, each forced; returns how many events were forced. */
    private long runUntilTheFault(Path folder, FaultyFiles files) {
        long synced = 0;
        try (DataDirectory directory = DataDirectory.open(folder, small, files)) {
            OpenedShard shard = directory.openShard(0);
            for (int i = 0; i < 2; i++) {
                Block block = blocks.of(Lane.CRITICAL, shard.journal().nextSequence(), 3);
                shard.journal().append(block);
                shard.journal().force();
                synced = shard.journal().nextSequence();
                clock.move(Duration.ofHours(2));
            }
        } catch (IOException e) {
            assertThat(e).hasStackTraceContaining("injected");
        }
        return synced;
    }
}
