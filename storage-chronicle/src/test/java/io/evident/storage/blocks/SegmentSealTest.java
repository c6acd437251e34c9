package io.evident.storage.blocks;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.Lane;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.storage.segment.EnvelopeLayout;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentSealTest {
    private static final byte[] HASH = new byte[EnvelopeLayout.HASH_BYTES];
    private static final int BLOCKS = 50_000;

    private static BlockInfo block(int segment, int index) {
        return new BlockInfo(segment, 500L * index, 400, 1, 7, Lane.ELEVATED, 3L * index, 3, index, index + 5);
    }

    private static ShardBlocks shard() {
        ShardBlocks shard = new ShardBlocks(0);
        for (int i = 0; i < BLOCKS; i++) {
            shard.add(block(4, i), 0);
        }
        return shard;
    }

    /** What is taken begins and ends anywhere in the chunks in which blocks are kept. */
    @ParameterizedTest(name = "from block {0}")
    @ValueSource(ints = {0, 1, 1_023, 1_024, 5_000, 48_000, 49_999, 50_000})
    void takesTheBlocksFromOneOn(int from) throws Exception {
        try (ShardBlocks shard = shard()) {
            SegmentSeal seal = new SegmentSeal(shard, from, BLOCKS, 0, HASH, HASH);
            assertThat(seal.blocks()).isEqualTo(BLOCKS - from);
            for (int i = 0; i < seal.blocks(); i++) {
                assertThat(seal.block(i, 9)).isEqualTo(block(9, from + i));
            }
            assertThat(seal.dataEnd()).isEqualTo(from == BLOCKS ? 0 : 500L * (BLOCKS - 1) + 400);
            assertThat(seal.describes(shard, from, 4)).isTrue();
        }
    }

    @ParameterizedTest(name = "block {0}")
    @ValueSource(ints = {0, 1_023, 1_024, 30_000, 49_999})
    void tellsThatABlockWasWrittenAgainElsewhere(int again) throws Exception {
        try (ShardBlocks shard = shard()) {
            assertThat(new SegmentSeal(shard, 0, BLOCKS, 0, HASH, HASH).isOf(4)).isTrue();
            shard.replace(again, List.of(block(5, again)));
            assertThat(new SegmentSeal(shard, 0, BLOCKS, 0, HASH, HASH).isOf(4)).isFalse();
        }
    }

    @Test
    void ofNoBlocksIsOfAnySegment() throws Exception {
        try (ShardBlocks shard = new ShardBlocks(0)) {
            assertThat(new SegmentSeal(shard, 0, 0, 0, HASH, HASH).isOf(3)).isTrue();
        }
    }
}
