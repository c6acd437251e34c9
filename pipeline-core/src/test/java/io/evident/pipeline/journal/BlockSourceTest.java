package io.evident.pipeline.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.event.Lane;
import org.junit.jupiter.api.Test;

class BlockSourceTest {
    private static BlockInfo block(int incarnation, long firstSequence, int count) {
        return new BlockInfo(0, 0, 1_000, incarnation, 1, Lane.STANDARD, firstSequence, count, 0, 0);
    }

    private static BlockSource over(BlockInfo... blocks) {
        return new BlockSource() {
            @Override
            public int shard() {
                return 0;
            }

            @Override
            public int blockCount() {
                return blocks.length;
            }

            @Override
            public BlockInfo block(int index) {
                return blocks[index];
            }

            @Override
            public long foldedThrough(int blockCount) {
                return 0;
            }

            @Override
            public void read(BlockInfo block, BlockReader into) {
                throw new AssertionError("nothing has to be read");
            }

            @Override
            public byte[] readEvent(BlockInfo block, EventPlace place) {
                throw new AssertionError("nothing has to be read");
            }
        };
    }

    @Test
    void findsEverySequenceWhereALaterIncarnationBeganBelowTheOneBefore() {
        BlockSource source =
                over(block(1, 0, 3), block(1, 3, 3), block(1, 6, 3), block(2, 0, 1), block(2, 1, 1), block(3, 9, 1));

        for (int sequence = 0; sequence < 9; sequence++) {
            assertThat(source.incarnationOf(sequence)).isIn(1, 2);
        }
        assertThat(source.incarnationOf(8)).isEqualTo(1);
        assertThat(source.incarnationOf(9)).isEqualTo(3);
        assertThatThrownBy(() -> source.incarnationOf(10)).isInstanceOf(IllegalStateException.class);
    }
}
