package io.evident.storage.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.evident.event.Lane;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.journal.FailedVolumeException;
import io.evident.pipeline.journal.UnreadablePart;
import io.evident.storage.file.DiskFileOperations;
import io.evident.storage.file.FileOperations;
import io.evident.storage.segment.EnvelopeLayout;
import io.evident.storage.segment.SegmentName;
import io.evident.storage.segment.SegmentReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where blocks of sealed segments are, once they are no longer in the heap. */
class SealedBlocksTest {
    private static final byte[] HASH = new byte[EnvelopeLayout.HASH_BYTES];
    private static final FileOperations FILES = DiskFileOperations.INSTANCE;

    @TempDir
    Path data;

    private final List<BlockInfo> oracle = new ArrayList<>();
    private ShardBlocks shard = new ShardBlocks(0, 0);
    private int segmentBegan;
    private int segments;

    @AfterEach
    void close() throws IOException {
        shard.close();
    }

    private Path directory(int segment) {
        return data.resolve("1-" + segment);
    }

    private void begin() throws IOException {
        Files.createDirectory(directory(segments));
        shard.addSegment(new SegmentReader(FILES, directory(segments), new SegmentName(1, segments)));
        segments++;
        segmentBegan = shard.blockCount();
    }

    private void add(int blocks) {
        for (int i = 0; i < blocks; i++) {
            long first = oracle.isEmpty() ? 0 : oracle.get(oracle.size() - 1).lastSequence() + 1;
            int index = oracle.size();
            BlockInfo info = new BlockInfo(
                    segments - 1,
                    300L * i,
                    250,
                    1,
                    7,
                    Lane.STANDARD,
                    first,
                    1 + index % 5,
                    index * 10L,
                    index * 10L + 4);
            shard.add(info, 0);
            oracle.add(info);
        }
    }

    private SegmentSeal seal() {
        SegmentSeal seal = new SegmentSeal(shard, segmentBegan, shard.blockCount(), 0, HASH, HASH);
        Path directory = directory(segments - 1);
        assertThat(seal.tryWrite(FILES, directory, 0, new SegmentName(1, segments - 1)))
                .isTrue();
        shard.sealed(segmentBegan, seal.entries(FILES, directory, segments - 1));
        return seal;
    }

    private SegmentSeal sealedSegment(int blocks) throws IOException {
        begin();
        add(blocks);
        return seal();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void areReadFromTheSealAsTheyWere(long seed) throws IOException {
        Random random = new Random(seed);
        for (int i = 0; i < 20; i++) {
            begin();
            add(1 + random.nextInt(random.nextBoolean() ? 3 : 4_000));
            if (random.nextInt(4) > 0) {
                seal();
            }
        }
        begin();
        add(5_000);
        for (int i = 0; i < 20_000; i++) {
            int index = random.nextInt(oracle.size());
            assertThat(shard.block(index)).as("block %d", index).isEqualTo(oracle.get(index));
            BlockInfo info = oracle.get(random.nextInt(oracle.size()));
            assertThat(shard.indexOf(1, info.firstSequence())).isEqualTo(oracle.indexOf(info));
        }
        assertThat(shard.indexOf(1, oracle.get(oracle.size() - 1).lastSequence() + 1))
                .isEqualTo(-1);
        assertThat(shard.indexOf(2, 0)).isEqualTo(-1);
        assertThat(shard.incarnationOf(oracle.get(0).lastSequence())).isEqualTo(1);
    }

    @Test
    void takeNoRoomInTheHeap() throws IOException {
        shard = new ShardBlocks(0);
        long before = liveBytes();
        for (int i = 0; i < 8; i++) {
            begin();
            for (int block = 0; block < 200_000; block++) {
                long index = i * 200_000L + block;
                shard.add(new BlockInfo(i, 300L * block, 250, 1, 7, Lane.STANDARD, index, 1, index, index), 0);
            }
            seal();
        }
        begin();
        shard.add(new BlockInfo(8, 0, 250, 1, 7, Lane.STANDARD, 1_600_000, 1, 0, 0), 0);
        assertThat(liveBytes() - before)
                .as("bytes in the heap, of 90 million for 1,600,001 blocks")
                .isLessThan(30L << 20);
        for (int i = 0; i < 1_600_000; i += 999) {
            assertThat(shard.block(i).firstSequence()).isEqualTo(i);
        }
    }

    private static long liveBytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    @Test
    void areReplacedWhileTheyAreInTheHeapAndThenStayThere() throws IOException {
        sealedSegment(3_000);
        BlockInfo other =
                new BlockInfo(9, 1, 2, 1, 7, Lane.CRITICAL, oracle.get(17).firstSequence(), 3, 0, 0);
        shard.replace(17, List.of(other));
        oracle.set(17, other);
        begin();
        add(5_000);
        for (int i = 0; i < oracle.size(); i++) {
            assertThat(shard.block(i)).isEqualTo(oracle.get(i));
        }
    }

    @Test
    void standForEachOtherWhileTheSealCannotBeRead() throws IOException {
        sealedSegment(3_000);
        sealedSegment(2_000);
        begin();
        add(2_000);
        Path file = directory(0).resolve(SegmentSeal.FILE_NAME);
        byte[] bytes = Files.readAllBytes(file);
        bytes[SegmentSeal.HEADER_BYTES + 56 * 200] ^= 1;
        Files.write(file, bytes);

        BlockInfo standIn = shard.block(200);
        assertThat(standIn.firstSequence()).isZero();
        assertThat(standIn.lastSequence()).isEqualTo(oracle.get(2_999).lastSequence());
        assertThat(standIn.minTimeNs()).isEqualTo(oracle.get(0).minTimeNs());
        assertThat(standIn.maxTimeNs()).isEqualTo(oracle.get(2_999).maxTimeNs());
        assertThat(standIn.incarnation()).isEqualTo(1);
        assertThat(shard.block(100)).as("what can be read is what it was").isEqualTo(oracle.get(100));
        assertThatIOException()
                .isThrownBy(() -> shard.requireKnown(1, oracle.get(2_999).lastSequence()));
        shard.requireKnown(1, oracle.get(3_000).firstSequence());
        shard.requireKnown(1, oracle.get(6_000).firstSequence());
        shard.requireKnown(2, 0);
        shard.setFreed(0, 3_000);
        assertThat(shard.freedEvents())
                .isEqualTo(oracle.subList(0, 3_000).stream()
                        .mapToLong(BlockInfo::count)
                        .sum());
        assertThat(shard.block(3_100)).isEqualTo(oracle.get(3_100));

        bytes[SegmentSeal.HEADER_BYTES + 56 * 200] ^= 1;
        Files.write(file, bytes);
        assertThat(shard.block(200)).as("read again").isEqualTo(oracle.get(200));
        shard.requireKnown(1, 0);
    }

    @Test
    void areNotAskedForOnAVolumeThatHangs() throws Exception {
        sealedSegment(3_000);
        begin();
        add(2_000);
        BlockInfo known = shard.block(5);
        Files.delete(directory(0).resolve(SegmentSeal.FILE_NAME));
        shard.failVolume(data, "it hangs", true);

        BlockInfo standIn = shard.block(1_000);
        assertThat(standIn.lastSequence()).isEqualTo(oracle.get(2_999).lastSequence());
        assertThat(failedPart(standIn)).isEqualTo(new UnreadablePart(0, 0, standIn.lastSequence(), "it hangs"));
        assertThat(failedPart(known).toSequence()).isEqualTo(known.lastSequence());
        assertThatIOException().isThrownBy(() -> shard.requireKnown(1, 0)).withMessageContaining("failed");
        assertThat(shard.block(4_000)).as("of the last segment").isEqualTo(oracle.get(4_000));
    }

    /** As blocks that were written again on a standby volume may stand where the seal's would. */
    @Test
    void areNotTakenForOthersThatAreAsMany() throws IOException {
        SegmentSeal others = sealedSegment(2_000);
        begin();
        add(2_000);
        shard.sealed(2_000, others.entries(FILES, directory(0), 0));
        shard.sealed(2_000, others.entries(FILES, directory(0), 1));
        begin();
        add(2_000);
        for (int i = 0; i < oracle.size(); i++) {
            assertThat(shard.block(i)).isEqualTo(oracle.get(i));
        }
    }

    @Test
    void areReadByAThreadThatIsInterrupted() throws IOException {
        sealedSegment(3_000);
        begin();
        add(2_000);
        Thread.currentThread().interrupt();
        assertThat(shard.block(77)).isEqualTo(oracle.get(77));
        assertThat(Thread.interrupted()).isTrue();
    }

    private UnreadablePart failedPart(BlockInfo block) throws IOException {
        try {
            shard.read(block, new BlockReader());
        } catch (FailedVolumeException e) {
            return e.part();
        }
        throw new AssertionError("it was read");
    }
}
