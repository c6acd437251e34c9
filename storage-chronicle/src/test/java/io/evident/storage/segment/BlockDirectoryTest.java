package io.evident.storage.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.event.Lane;
import io.evident.pipeline.journal.BlockInfo;
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
    void behavesLikeAList(long seed) {
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
        }
        assertThat(directory.size()).isEqualTo(oracle.size());
        for (int i = 0; i < all; i++) {
            assertThat(directory.get(i)).as("block %d", i).isEqualTo(oracle.get(i));
        }
        assertThatThrownBy(() -> directory.get(all)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> directory.get(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void showsEveryBlockThatItCountsToAnotherThread() {
        int all = 200_000;
        BlockDirectory directory = new BlockDirectory();
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
    }
}
