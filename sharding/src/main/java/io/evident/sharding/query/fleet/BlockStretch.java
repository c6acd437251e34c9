package io.evident.sharding.query.fleet;

import io.evident.pipeline.journal.BlockInfo;
import java.util.ArrayList;
import java.util.List;

/**
 * Blocks of a shard's journal that stand together and that no part of an index covers: so many of them may have to be read that
 * not each is an object before its turn comes.
 *
 * @param firstBlock the first of them
 * @param endBlock the one behind the last; what was removed may lie in between
 * @param first the description of the first
 * @param last that of the last
 * @param minTimeNs the smallest event time of all
 * @param maxTimeNs the largest
 */
public record BlockStretch(
        ShardView view, int firstBlock, int endBlock, BlockInfo first, BlockInfo last, long minTimeNs, long maxTimeNs) {
    /** How many blocks at the most: few of them are gone, or none. */
    public int size() {
        return endBlock - firstBlock;
    }

    /** The blocks, in order, without those that are gone. */
    public List<VisibleBlock> blocks() {
        List<VisibleBlock> blocks = new ArrayList<>();
        for (int i = firstBlock; i < endBlock; i = view.nextKept(i + 1)) {
            blocks.add(new VisibleBlock(view, view.info(i), false));
        }
        return blocks;
    }
}
