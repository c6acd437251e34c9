package io.evident.storage.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.event.Lane;
import io.evident.pipeline.journal.BlockInfo;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BlockDirectoryTest {
    private static BlockInfo random(Random random) {
        return new BlockInfo(
                random.nextInt(Integer.MAX_VALUE),
                random.nextLong(),
                random.nextInt(Integer.MAX_VALUE),
                random.nextInt(Integer.MAX_VALUE),
                random.nextInt(),
                Lane.ofCode(random.nextInt(Lane.count())),
                random.nextLong(),
                random.nextInt(Integer.MAX_VALUE),
                random.nextLong(),
                random.nextLong());
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void behavesLikeAList(long seed) throws IOException {
        Random random = new Random(seed);
        try (BlockDirectory directory = new BlockDirectory()) {
            behavesLikeAList(random, directory, random.nextInt(20_000));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void behavesLikeAListWhenMostOfItIsInAFile(long seed, @TempDir Path folder) throws IOException {
        Random random = new Random(seed);
        try (BlockDirectory directory = new BlockDirectory(List.of(folder))) {
            behavesLikeAList(random, directory, 20_000 + random.nextInt(40_000));
        }
    }

    private static void behavesLikeAList(Random random, BlockDirectory directory, int all) {
        List<BlockInfo> oracle = new ArrayList<>();
        for (int i = 0; i < all; i++) {
            BlockInfo info = random(random);
            directory.add(info);
            oracle.add(info);
            int asked = random.nextInt(oracle.size());
            assertThat(directory.get(asked)).as("block %d", asked).isEqualTo(oracle.get(asked));
            if (random.nextInt(2_000) == 0) {
                replaceSome(random, directory, oracle);
            }
        }
        assertThat(directory.size()).isEqualTo(oracle.size());
        for (int i = 0; i < all; i++) {
            assertThat(directory.get(i)).as("block %d", i).isEqualTo(oracle.get(i));
        }
        assertThatThrownBy(() -> directory.get(all)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> directory.get(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    private static void replaceSome(Random random, BlockDirectory directory, List<BlockInfo> oracle) {
        int from = random.nextInt(oracle.size());
        List<BlockInfo> others = new ArrayList<>();
        for (int i = from; i < Math.min(oracle.size(), from + random.nextInt(3_000)); i++) {
            BlockInfo other = random(random);
            others.add(other);
            oracle.set(i, other);
        }
        directory.replace(from, others);
    }

    @Test
    void keepsInTheHeapOnlyTheLastBlocks(@TempDir Path folder) throws IOException {
        int all = 3_000_000;
        try (BlockDirectory directory = new BlockDirectory(List.of(folder))) {
            long before = liveBytes();
            for (int i = 0; i < all; i++) {
                directory.add(new BlockInfo(i, i, i, i, i, Lane.ELEVATED, i, i, i, i));
            }
            assertThat(liveBytes() - before)
                    .as("bytes in the heap for %d blocks", all)
                    .isLessThan(8L << 20);
            for (int i = 0; i < all; i += 7) {
                assertThat(directory.get(i).firstSequence()).isEqualTo(i);
            }
        }
        assertThat(folder).as("the file has no name").isEmptyDirectory();
    }

    private static long liveBytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    @Test
    void staysInTheHeapWhereThereCanBeNoFile(@TempDir Path folder) throws IOException {
        try (BlockDirectory directory = new BlockDirectory(List.of(folder.resolve("missing")))) {
            behavesLikeAList(new Random(1), directory, 30_000);
        }
    }

    @Test
    void takesTheNextFolderWhereTheFirstCannotBeWritten(@TempDir Path folder) throws IOException {
        try (BlockDirectory directory = new BlockDirectory(List.of(folder.resolve("missing"), folder))) {
            behavesLikeAList(new Random(1), directory, 30_000);
            assertThat(directory.isSpilled()).isTrue();
        }
    }

    @Test
    void goesOnInTheHeapWhenTheFileTakesNoMore(@TempDir Path folder) throws IOException {
        BlockDirectory directory = new BlockDirectory(List.of(folder));
        behavesLikeAList(new Random(1), directory, 30_000);
        directory.close();
        int before = directory.size();
        int more = 30_000;
        for (int i = 0; i < more; i++) {
            directory.add(new BlockInfo(i, i, i, i, i, Lane.ELEVATED, i, i, i, i));
        }
        for (int i = 0; i < more; i++) {
            assertThat(directory.get(before + i).firstSequence()).isEqualTo(i);
        }
    }

    @ParameterizedTest(name = "in a file: {0}")
    @ValueSource(booleans = {false, true})
    void showsEveryBlockThatItCountsToAnotherThread(boolean inFile, @TempDir Path folder) throws IOException {
        int all = 200_000;
        BlockDirectory directory = new BlockDirectory(inFile ? List.of(folder) : List.of());
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < all; i++) {
                directory.add(new BlockInfo(i, i, i, i, i, Lane.ELEVATED, i, i, i, i));
            }
        });
        int checked = 0;
        while (checked < all) {
            int size = directory.size();
            for (; checked < size; checked++) {
                int i = checked;
                assertThat(directory.get(i)).isEqualTo(new BlockInfo(i, i, i, i, i, Lane.ELEVATED, i, i, i, i));
            }
        }
        writer.join();
        directory.close();
    }
}
