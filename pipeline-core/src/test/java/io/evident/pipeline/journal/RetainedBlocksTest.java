package io.evident.pipeline.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.event.Lane;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetainedBlocksTest {
    private static final int LONGEST = Block.ENVELOPE_BYTES + Block.MAX_PAYLOAD_BYTES;

    private final Block block = new Block();
    private final Block read = new Block();
    private final byte[] event = new byte[80 * 1024];

    /** A block of events of one byte value, with an envelope of another. */
    private Block block(long firstSequence, int events, int eventBytes) {
        block.begin(Lane.ELEVATED, 3, firstSequence);
        Arrays.fill(event, 0, eventBytes, (byte) firstSequence);
        for (int i = 0; i < events; i++) {
            block.add(event, 0, eventBytes, firstSequence + i);
        }
        Arrays.fill(block.bytes(), 0, Block.ENVELOPE_BYTES, (byte) (firstSequence + 1));
        return block;
    }

    /** A block of the longest size. */
    private Block longest(long firstSequence) {
        Block filled = block(firstSequence, 3, 80 * 1024);
        int rest = Block.MAX_PAYLOAD_BYTES - filled.payloadBytes() - Integer.BYTES;
        filled.add(event, 0, rest, 0);
        assertThat(filled.lengthBytes()).isEqualTo(LONGEST);
        return filled;
    }

    @Test
    void isEmptyAtFirst() {
        RetainedBlocks retained = new RetainedBlocks(RetainedBlocks.MIN_BYTES);
        assertThat(retained.size()).isZero();
        assertThat(retained.hasRoom()).isTrue();
        retained.trimThrough(Long.MAX_VALUE);
        assertThatThrownBy(() -> retained.read(0, read)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void refusesToBeSmallerThanTwoOfTheLongestBlocks() {
        assertThatThrownBy(() -> new RetainedBlocks(RetainedBlocks.MIN_BYTES - 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void givesABlockBackAsItWasKept() {
        RetainedBlocks retained = new RetainedBlocks(RetainedBlocks.MIN_BYTES);
        Block kept = block(40, 2, 100);
        kept.foldThrough(7);
        byte[] bytes = Arrays.copyOf(kept.bytes(), kept.lengthBytes());
        retained.add(kept);
        block(99, 1, 5);

        retained.read(0, read);
        assertThat(retained.size()).isEqualTo(1);
        assertThat(retained.firstSequence(0)).isEqualTo(40);
        assertThat(Arrays.copyOf(read.bytes(), read.lengthBytes())).isEqualTo(bytes);
        assertThat(read.firstSequence()).isEqualTo(40);
        assertThat(read.count()).isEqualTo(2);
        assertThat(read.lane()).isEqualTo(Lane.ELEVATED);
        assertThat(read.epoch()).isEqualTo(3);
        assertThat(read.foldedThrough()).isEqualTo(7);
        assertThat(read.minTimeNs()).isEqualTo(40);
        assertThat(read.maxTimeNs()).isEqualTo(41);
    }

    @Test
    void contract7_isFullWithTheBlocksItHasRoomForAndTakesNoOneMore() {
        RetainedBlocks retained = new RetainedBlocks(RetainedBlocks.MIN_BYTES);
        retained.add(longest(0));
        assertThat(retained.hasRoom()).isTrue();
        retained.add(longest(4));
        assertThat(retained.hasRoom()).isFalse();
        assertThatThrownBy(() -> retained.add(block(8, 1, 10))).isInstanceOf(IllegalStateException.class);

        retained.trimThrough(3);
        assertThat(retained.hasRoom()).isTrue();
        retained.add(longest(8));
        retained.read(1, read);
        assertThat(read.firstSequence()).isEqualTo(8);
        assertThat(read.bytes()[LONGEST - 1]).isEqualTo((byte) 8);
    }

    @Test
    void contract7_isFullWithTheLargestNumberOfBlocks() {
        RetainedBlocks retained = new RetainedBlocks(RetainedBlocks.MIN_BYTES);
        for (int i = 0; i < 1_000; i++) {
            retained.add(block(i, 1, 10));
        }
        retained.trimThrough(999);
        RetainedBlocks large = new RetainedBlocks(8 << 20);
        for (int i = 0; i < RetainedBlocks.MAX_BLOCKS; i++) {
            assertThat(large.hasRoom()).isTrue();
            large.add(block(i, 1, 10));
        }
        assertThat(large.hasRoom()).isFalse();
        large.trimThrough(0);
        assertThat(large.hasRoom()).isTrue();
    }

    @Test
    void contract2_letsNothingGoThatIsNotForcedAsAWhole() {
        RetainedBlocks retained = new RetainedBlocks(RetainedBlocks.MIN_BYTES);
        retained.add(block(0, 5, 10));
        retained.add(block(5, 5, 10));
        retained.trimThrough(-1);
        retained.trimThrough(3);
        assertThat(retained.size()).isEqualTo(2);
        retained.trimThrough(4);
        assertThat(retained.size()).isEqualTo(1);
        assertThat(retained.firstSequence(0)).isEqualTo(5);
        retained.trimThrough(8);
        assertThat(retained.size()).isEqualTo(1);
        retained.trimThrough(9);
        assertThat(retained.size()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void holdsWhatAListOfCopiesHolds(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        RetainedBlocks retained = new RetainedBlocks(RetainedBlocks.MIN_BYTES + 777);
        Deque<byte[]> copies = new ArrayDeque<>();
        Deque<Long> lasts = new ArrayDeque<>();
        long next = 0;
        for (int i = 0; i < 2_000; i++) {
            if (retained.hasRoom()) {
                Block added = block(next, 1 + random.nextInt(3), random.nextInt(80 * 1024));
                retained.add(added);
                next += added.count();
                copies.add(Arrays.copyOf(added.bytes(), added.lengthBytes()));
                lasts.add(next - 1);
            }
            long synced = next - 1 - random.nextInt(12);
            retained.trimThrough(synced);
            while (!lasts.isEmpty() && lasts.peek() <= synced) {
                lasts.remove();
                copies.remove();
            }
            assertThat(retained.size()).isEqualTo(copies.size());
            int at = 0;
            for (byte[] copy : copies) {
                retained.read(at++, read);
                assertThat(Arrays.equals(read.bytes(), 0, read.lengthBytes(), copy, 0, copy.length))
                        .as("seed %s, step %s, block %s", seed, i, at)
                        .isTrue();
            }
        }
    }
}
