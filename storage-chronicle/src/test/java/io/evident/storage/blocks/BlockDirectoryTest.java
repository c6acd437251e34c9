package io.evident.storage.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.event.Lane;
import io.evident.pipeline.journal.BlockInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BlockDirectoryTest {
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

    /** Of few segments, so that there are runs of a block and of many. */
    private static BlockInfo random(Random random) {
        return new BlockInfo(
                random.nextInt(4) == 0 ? random.nextInt(Integer.MAX_VALUE) : 7,
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
        BlockDirectory directory = new BlockDirectory();
        List<BlockInfo> oracle = new ArrayList<>();
        int all = random.nextInt(20_000);
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

    private static BlockInfo block(int i) {
        return new BlockInfo(i / 10_000, i, i, 3, i, Lane.ELEVATED, i, i, i, i);
    }

    @Test
    void showsEveryBlockThatItCountsToAnotherThread() throws IOException {
        int all = 200_000;
        BlockDirectory directory = new BlockDirectory();
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < all; i++) {
                directory.add(block(i));
            }
        });
        int checked = 0;
        while (checked < all) {
            int size = directory.size();
            for (; checked < size; checked++) {
                int i = checked;
                assertThat(directory.get(i)).isEqualTo(block(i));
            }
        }
        writer.join();
    }
}
