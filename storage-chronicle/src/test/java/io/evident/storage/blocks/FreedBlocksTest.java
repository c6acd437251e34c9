package io.evident.storage.blocks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FreedBlocksTest {
    private static final int BLOCKS = 60;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void passesOverFreedRunsInAnyOrder(long seed) {
        Random random = new Random(seed);
        FreedBlocks freed = new FreedBlocks();
        BitSet expected = new BitSet();
        for (int i = 0; i < BLOCKS; i++) {
            int from = expected.nextClearBit(random.nextInt(BLOCKS));
            int to = from + 1;
            while (to < BLOCKS && !expected.get(to) && random.nextBoolean()) {
                to++;
            }
            freed.add(from, to, to - from);
            expected.set(from, to);
            assertThat(freed.events()).isEqualTo(expected.cardinality());
            for (int block = 0; block <= 2 * BLOCKS; block++) {
                assertThat(freed.nextKept(block)).isEqualTo(expected.nextClearBit(block));
                assertThat(freed.keptBelow(block)).isEqualTo(expected.previousClearBit(block - 1) + 1);
            }
        }
    }
}
