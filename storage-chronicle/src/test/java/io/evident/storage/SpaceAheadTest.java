package io.evident.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.Lane;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.storage.file.DiskFileOperations;
import io.evident.storage.segment.SegmentName;
import io.evident.storage.space.SpaceSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SpaceAheadTest {
    private static final int MIB = 1 << 20;

    @TempDir
    Path data;

    private final Blocks blocks = new Blocks();
    private final JournalSettings settings = new JournalSettings(32 * MIB, Duration.ofHours(1), System::nanoTime);

    /** Knows up to where zeros were written to the segment's file, and whether any were written behind that. */
    private static final class Watched extends FaultyFiles {
        private final AtomicLong reserved = new AtomicLong();
        private final AtomicLong overwritten = new AtomicLong();

        @Override
        public void write(FileChannel channel, Path file, ByteBuffer bytes) throws IOException {
            if (file.getFileName().toString().startsWith("19700101F")) {
                long from = channel.position();
                if (from != reserved.get()) {
                    overwritten.incrementAndGet();
                }
                reserved.set(from + bytes.remaining());
            }
            super.write(channel, file, bytes);
        }

        /** A block, or the word before it: the writer's, not the reservation's. */
        @Override
        public void write(FileChannel channel, Path file, ByteBuffer bytes, long position) throws IOException {
            DiskFileOperations.INSTANCE.write(channel, file, bytes, position);
        }
    }

    private static Path file(Path data) {
        return TestFiles.journal(data, 0, new SegmentName(1, 0).toString());
    }

    private static boolean isZeroFrom(Path file, long position) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            byte[] rest = new byte[(int) (channel.size() - position)];
            ByteBuffer buffer = ByteBuffer.wrap(rest);
            while (buffer.hasRemaining() && channel.read(buffer, position + buffer.position()) > 0) {}
            return Arrays.equals(rest, new byte[rest.length]);
        }
    }

    @Test
    void contract2_noAppendTouchesAnythingThatIsNotReserved() throws Exception {
        Watched files = new Watched();
        // The smallest distance, and nobody but the writer reserves: so it is always close to the edge.
        SpaceSettings narrow = new SpaceSettings(MIB, 0, 256 << 10);
        try (DataDirectory directory = DataDirectory.open(data, settings, narrow, files)) {
            OpenedShard shard = directory.openShard(0);
            for (int i = 0; i < 600; i++) {
                int count = i % 10 == 0 ? 12 : 1;
                BlockInfo info = shard.journal()
                        .append(blocks.of(Lane.STANDARD, shard.journal().nextSequence(), count, 20_000));
                assertThat(info.position() + info.lengthBytes()).isLessThan(files.reserved.get());
                if (i % 7 == 0) {
                    assertThat(isZeroFrom(file(data), files.reserved.get()))
                            .as("after block %d", i)
                            .isTrue();
                }
            }
            assertThat(files.overwritten).hasValue(0);
        }
    }

    @Test
    void contract2_reservingBesideTheWriterNeverWritesOverABlock() throws Exception {
        SpaceSettings wide = new SpaceSettings(MIB, 0, 4 * MIB);
        Watched files = new Watched();
        AtomicBoolean done = new AtomicBoolean();
        try (DataDirectory directory = DataDirectory.open(data, settings, wide, files)) {
            OpenedShard shard = directory.openShard(0);
            CompletableFuture<Integer> ahead = CompletableFuture.supplyAsync(() -> {
                int pieces = 0;
                while (!done.get()) {
                    pieces += directory.space().reserveAhead();
                    Thread.onSpinWait();
                }
                return pieces;
            });
            for (int i = 0; i < 1_200; i++) {
                shard.journal().append(blocks.of(Lane.STANDARD, shard.journal().nextSequence(), 1, 20_000));
            }
            done.set(true);
            assertThat(ahead.join()).isPositive();
            assertThat(files.overwritten).hasValue(0);
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 1_200));
        }
    }

    @Test
    void givesBackWhatWasNotUsedWhenASegmentEnds() throws Exception {
        BlockInfo last;
        try (DataDirectory directory = DataDirectory.open(data, settings)) {
            OpenedShard shard = directory.openShard(0);
            last = blocks.append(shard.journal(), 3);
            assertThat(Files.size(file(data))).isGreaterThan(last.position() + last.lengthBytes());
        }
        assertThat(Files.size(file(data))).isEqualTo(last.position() + last.lengthBytes());
        try (DataDirectory directory = DataDirectory.open(data, settings)) {
            OpenedShard shard = directory.openShard(0);
            assertThat(shard.report().damage()).isEmpty();
            assertThat(shard.report().sealedSegments()).isOne();
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 3));
        }
    }

    @Test
    void contract10_aStartThatEndedBetweenReservingAndBeginningAFileIsNoDamage() throws Exception {
        Path segment = Files.createDirectories(TestFiles.segment(data, 0, "1-0"));
        Files.write(segment.resolve("metadata.cq4t"), new byte[64 << 10]);
        Files.write(segment.resolve("19700101F.precreated"), new byte[256 << 10]);
        Path other = Files.createDirectories(TestFiles.segment(data, 0, "1-1"));
        Files.write(other.resolve("19700101F.cq4"), new byte[512 << 10]);
        try (DataDirectory directory = DataDirectory.open(data, settings)) {
            OpenedShard shard = directory.openShard(0);
            assertThat(shard.report().hasSeriousDamage()).isFalse();
            assertThat(shard.journal().incarnation()).isEqualTo(2);
            blocks.append(shard.journal(), 1);
        }
    }

    @Test
    void theThreadsReserveAheadAndBuildTheReserve() throws Exception {
        SpaceSettings wide = new SpaceSettings(MIB, 2 * MIB, MIB);
        Watched files = new Watched();
        try (DataDirectory directory = DataDirectory.open(data, settings, wide, files)) {
            OpenedShard shard = directory.openShard(0);
            directory.space().start();
            shard.journal().append(blocks.of(Lane.STANDARD, 0, 12, 20_000));
            long end =
                    shard.blocks().block(0).position() + shard.blocks().block(0).lengthBytes();
            org.awaitility.Awaitility.await().untilAsserted(() -> {
                assertThat(files.reserved.get()).isGreaterThan(end + (256 << 10));
                assertThat(directory.space().view().reserveBytes()).isEqualTo(2 * MIB);
            });
            assertThat(Files.size(data.resolve("reserve"))).isEqualTo(2 * MIB);
        }
    }
}
