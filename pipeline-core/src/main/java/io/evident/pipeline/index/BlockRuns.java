package io.evident.pipeline.index;

import java.util.Arrays;
import java.util.function.IntToLongFunction;
import java.util.function.IntUnaryOperator;

/**
 * The blocks of a part in runs of neighbours, with the first event and the smallest and the largest event time of each run:
 * a whole run can be passed by, or taken, without a look at its blocks. Immutable.
 */
public final class BlockRuns {
    private static final int MOST_RUNS = 128;
    private static final int FEWEST_BLOCKS = 8;

    private final int firstBlock;
    private final int endBlock;
    private final int blocksPerRun;
    /** One more than runs: behind the last run stands the end. */
    private final int[] firstEvents;

    private final long[] minTimesNs;
    private final long[] maxTimesNs;

    /**
     * Looks at each block once.
     *
     * @param firstBlock the first block of the part, as {@link IndexPart#firstBlock}
     * @param endBlock the block behind the last one
     * @param firstEvent the first event of a block, as {@link IndexPart#firstEvent}
     * @param minTimeNs the smallest event time of a block
     * @param maxTimeNs the largest event time of a block
     */
    public BlockRuns(
            int firstBlock,
            int endBlock,
            IntUnaryOperator firstEvent,
            IntToLongFunction minTimeNs,
            IntToLongFunction maxTimeNs) {
        this.firstBlock = firstBlock;
        this.endBlock = endBlock;
        int blocks = endBlock - firstBlock;
        blocksPerRun = Math.max(FEWEST_BLOCKS, (blocks + MOST_RUNS - 1) / MOST_RUNS);
        minTimesNs = new long[(blocks + blocksPerRun - 1) / blocksPerRun];
        maxTimesNs = new long[minTimesNs.length];
        firstEvents = new int[minTimesNs.length + 1];
        for (int run = 0; run < firstEvents.length; run++) {
            firstEvents[run] = firstEvent.applyAsInt(firstBlock(run));
        }
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
        return Math.min(endBlock, firstBlock + run * blocksPerRun);
    }

    /** The block behind the last one of a run. */
    public int endBlock(int run) {
        return Math.min(endBlock, firstBlock + (run + 1) * blocksPerRun);
    }

    /** The first event of a run. */
    public int firstEvent(int run) {
        return firstEvents[run];
    }

    /** The event behind the last one of a run. */
    public int endEvent(int run) {
        return firstEvents[run + 1];
    }

    /** The run of an event, which is one of the part's. */
    public int runOf(int event) {
        int at = Arrays.binarySearch(firstEvents, 0, minTimesNs.length, event);
        return at < 0 ? -at - 2 : at;
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
