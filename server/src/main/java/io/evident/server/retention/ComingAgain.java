package io.evident.server.retention;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockSource;
import java.util.HashMap;
import java.util.Map;

/**
 * Sequences of a shard that come again: behind the lost end of one incarnation the next one begins below what that had reached,
 * and when the end is there again, both are. A cut is a bare sequence, and must not reach into a block that is kept. Blocks are
 * in the order of their incarnations, and in each in that of their sequences. Stateless.
 */
final class ComingAgain {
    private ComingAgain() {}

    /** The smallest sequence in the blocks from one on; {@link Long#MAX_VALUE} when there are none. */
    static long smallestFrom(BlockSource blocks, int from) {
        int count = blocks.blockCount();
        long smallest = Long.MAX_VALUE;
        for (int at = from; at < count; at = behindIncarnation(blocks, at, count)) {
            smallest = Math.min(smallest, blocks.block(at).firstSequence());
        }
        return smallest;
    }

    /**
     * By segment, the smallest sequence in the blocks behind its last one. Empty when no sequences come again: then none behind is
     * smaller than one in front.
     */
    static Map<Integer, Long> smallestBehind(BlockSource blocks) {
        Map<Integer, Long> smallest = new HashMap<>();
        int count = blocks.blockCount();
        if (isIn(blocks, count)) {
            long behind = Long.MAX_VALUE;
            for (int at = count - 1; at >= 0; at--) {
                BlockInfo block = blocks.block(at);
                smallest.putIfAbsent(block.segment(), behind);
                behind = Math.min(behind, block.firstSequence());
            }
        }
        return smallest;
    }

    private static boolean isIn(BlockSource blocks, int count) {
        long next = 0;
        int at = 0;
        while (at < count) {
            if (blocks.block(at).firstSequence() < next) {
                return true;
            }
            at = behindIncarnation(blocks, at, count);
            next = blocks.block(at - 1).lastSequence() + 1;
        }
        return false;
    }

    /** The first block of a later incarnation than that of a block; {@code count} when there is none. */
    private static int behindIncarnation(BlockSource blocks, int at, int count) {
        int incarnation = blocks.block(at).incarnation();
        int low = at + 1;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (blocks.block(middle).incarnation() > incarnation) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
