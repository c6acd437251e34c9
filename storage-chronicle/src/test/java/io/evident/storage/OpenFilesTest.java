package io.evident.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.journal.BlockSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many files of a shard with many segments are open. */
class OpenFilesTest {
    private static final int SEGMENTS = 150;
    /** Those that were read last, of {@code OpenSegments}, and those that are written to. */
    private static final int MOST_OPEN = 64 + 8;

    @TempDir
    Path data;

    private final Blocks blocks = new Blocks();
    private final TestClock clock = new TestClock();

    private DataDirectory open() throws IOException {
        return DataDirectory.open(data, new JournalSettings(1 << 20, Duration.ofHours(1), clock));
    }

    @BeforeEach
    void write() throws IOException {
        assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "there is no /proc to look into");
        try (DataDirectory directory = open()) {
            OpenedShard shard = directory.openShard(0);
            for (int i = 0; i < SEGMENTS; i++) {
                blocks.append(shard.journal(), 1);
                clock.move(Duration.ofHours(2));
                shard.journal().force();
            }
        }
    }

    private long openFiles() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(this::isOfTheData).count();
        }
    }

    private boolean isOfTheData(Path link) {
        try {
            return Files.readSymbolicLink(link).startsWith(data);
        } catch (IOException e) {
            // Closed meanwhile, by another thread.
            return false;
        }
    }

    @Test
    void segmentsThatWereReadLongAgoAreNotOpen() throws IOException {
        try (DataDirectory directory = open()) {
            OpenedShard shard = directory.openShard(0);
            assertThat(openFiles()).as("after the start").isLessThanOrEqualTo(MOST_OPEN);
            readAll(shard.blocks());
            assertThat(openFiles()).as("after all was read").isLessThanOrEqualTo(MOST_OPEN);
            readAll(shard.blocks());
        }
        assertThat(openFiles()).as("at the end").isZero();
    }

    private static void readAll(BlockSource shard) throws IOException {
        BlockReader reader = new BlockReader();
        for (int i = 0; i < shard.blockCount(); i++) {
            shard.read(shard.block(i), reader);
            assertThat(reader.next()).isTrue();
            assertThat(reader.sequence()).isEqualTo(i);
        }
        assertThat(shard.blockCount()).isEqualTo(SEGMENTS);
    }

    @Test
    void readersBesideEachOtherReadWhatTheyAskedForWhileFilesAreLetGo() throws Exception {
        try (DataDirectory directory = open()) {
            BlockSource shard = directory.openShard(0).blocks();
            List<Thread> readers = Stream.generate(() -> new Thread(() -> {
                        try {
                            for (int i = 0; i < 20; i++) {
                                readAll(shard);
                            }
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    }))
                    .limit(4)
                    .toList();
            List<Throwable> failures = new CopyOnWriteArrayList<>();
            readers.forEach(reader -> reader.setUncaughtExceptionHandler((thread, failure) -> failures.add(failure)));
            readers.forEach(Thread::start);
            for (Thread reader : readers) {
                reader.join();
            }
            assertThat(failures).isEmpty();
        }
    }
}
