package io.evident.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.event.Lane;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.journal.BlockSource;
import io.evident.pipeline.journal.EventPlace;
import java.util.List;
import org.junit.jupiter.api.Test;

class IncarnationLookupTest {
    private static BlockInfo block(int incarnation, long firstSequence, int count) {
        return new BlockInfo(0, 0, 1_000, incarnation, 1, Lane.STANDARD, firstSequence, count, 0, 0);
    }

    private static IncarnationLookup over(BlockInfo... blocks) {
        return new IncarnationLookup(List.of(new BlockSource() {
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
        }));
    }

    @Test
    void findsEverySequenceWhereALaterIncarnationBeganBelowTheOneBefore() {
        IncarnationLookup lookup =
                over(block(1, 0, 3), block(1, 3, 3), block(1, 6, 3), block(2, 0, 1), block(2, 1, 1), block(3, 9, 1));

        for (int sequence = 0; sequence < 9; sequence++) {
            assertThat(lookup.incarnationOf(0, sequence)).isIn(1, 2);
        }
        assertThat(lookup.incarnationOf(0, 8)).isEqualTo(1);
        assertThat(lookup.incarnationOf(0, 9)).isEqualTo(3);
        assertThatThrownBy(() -> lookup.incarnationOf(0, 10)).isInstanceOf(IllegalStateException.class);
    }
}
