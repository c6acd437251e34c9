package io.evident.pipeline.index;

import java.util.function.IntToLongFunction;

/**
 * The blocks of a part in runs of neighbours, with the smallest and the largest event time of each run: a whole run can be
 * passed by, or taken, without a look at its blocks. Immutable.
 */
public final class BlockRuns {
    private static final int MOST_RUNS = 128;
    private static final int FEWEST_BLOCKS = 8;

    private final int firstBlock;
    private final int endBlock;
    private final int blocksPerRun;
    private final long[] minTimesNs;
    private final long[] maxTimesNs;

    /**
     * Looks at each block once.
     *
     * @param firstBlock the first block of the part, as {@link IndexPart#firstBlock}
     * @param endBlock the block behind the last one
     * @param minTimeNs the smallest event time of a block
     * @param maxTimeNs the largest event time of a block
     */
    public BlockRuns(int firstBlock, int endBlock, IntToLongFunction minTimeNs, IntToLongFunction maxTimeNs) {
        this.firstBlock = firstBlock;
        this.endBlock = endBlock;
        int blocks = endBlock - firstBlock;
        blocksPerRun = Math.max(FEWEST_BLOCKS, (blocks + MOST_RUNS - 1) / MOST_RUNS);
        minTimesNs = new long[(blocks + blocksPerRun - 1) / blocksPerRun];
        maxTimesNs = new long[minTimesNs.length];
        for (int run = 0; run < minTimesNs.length; run++) {
            minTimesNs[run] = Long.MAX_VALUE;
            maxTimesNs[run] = Long.MIN_VALUE;
            for (int block = firstBlock(run); block < endBlock(run); block++) {
                minTimesNs[run] = Math.min(minTimesNs[run], minTimeNs.applyAsLong(block));
                maxTimesNs[run] = Math.max(maxTimesNs[run], maxTimeNs.applyAsLong(block));
            }
        }
    }

    /** How many runs there are. */
    public int count() {
        return minTimesNs.length;
    }

    /** The first block of a run. */
    public int firstBlock(int run) {
        return firstBlock + run * blocksPerRun;
    }

    /** The block behind the last one of a run. */
    public int endBlock(int run) {
        return Math.min(endBlock, firstBlock + (run + 1) * blocksPerRun);
    }

    /** The smallest event time of a run, nanoseconds since 1970. */
    public long minTimeNs(int run) {
        return minTimesNs[run];
    }

    /** The largest event time of a run. */
    public long maxTimeNs(int run) {
        return maxTimesNs[run];
    }
}
