package io.evident.sharding.tail;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockSource;
import java.util.Arrays;
import java.util.List;

/**
 * How far one follower has come in one shard: the block it is at, and the next sequence it wants of it. The incarnation
 * of the last event seen belongs to it, because after a power cut a new incarnation may begin below sequences that the
 * lost end of the one before had reached. Not thread-safe.
 *
 * <p>As text, a position is {@code v1} and, for each shard, {@code -incarnation.nextSequence}; incarnation 0 stands for a
 * shard without events.
 */
final class TailPosition {
    private static final String VERSION = "v1";
    private static final int LONGEST_NUMBER = 19;

    private int incarnation;
    private long nextSequence;
    private int blockIndex;

    /** The end of a shard as it is now. */
    static TailPosition endOf(BlockSource source) {
        TailPosition position = new TailPosition();
        position.blockIndex = source.blockCount();
        if (position.blockIndex > 0) {
            BlockInfo last = source.block(position.blockIndex - 1);
            position.incarnation = last.incarnation();
            position.nextSequence = last.lastSequence() + 1;
        }
        return position;
    }

    /**
     * The positions that a text stands for. One of fewer shards was given before more were added: all that these hold came
     * later, so it stands for their start.
     *
     * @throws IllegalArgumentException when it is no position, has more shards than there are, or is ahead of the journal
     */
    static TailPosition[] parse(String text, List<BlockSource> sources) {
        String[] parts = text.split("-", sources.size() + 2);
        int shards = parts.length - 1;
        if (!parts[0].equals(VERSION)) {
            throw new IllegalArgumentException("this is no position of a live tail");
        }
        if (shards < 1 || shards > sources.size()) {
            throw new IllegalArgumentException(
                    "the position is not one of a server with " + sources.size() + " shards");
        }
        TailPosition[] positions = new TailPosition[sources.size()];
        for (int shard = shards; shard < positions.length; shard++) {
            positions[shard] = new TailPosition();
        }
        for (int shard = 0; shard < shards; shard++) {
            String[] numbers = parts[shard + 1].split("\\.", 3);
            if (numbers.length != 2) {
                throw new IllegalArgumentException("this is no position of a live tail");
            }
            long incarnation = number(numbers[0]);
            positions[shard] = resumeAt(sources.get(shard), incarnation, number(numbers[1]));
        }
        return positions;
    }

    private static long number(String digits) {
        if (digits.isEmpty()
                || digits.length() > LONGEST_NUMBER
                || !digits.chars().allMatch(digit -> digit >= '0' && digit <= '9')) {
            throw new IllegalArgumentException("a number of the position is not one");
        }
        return Long.parseLong(digits);
    }

    private static TailPosition resumeAt(BlockSource source, long incarnation, long nextSequence) {
        TailPosition end = endOf(source);
        boolean ahead = incarnation > end.incarnation
                || (incarnation == end.incarnation && nextSequence > end.nextSequence)
                || (incarnation == 0 && nextSequence > 0);
        if (ahead) {
            throw new IllegalArgumentException("the position is ahead of shard " + source.shard() + ", which ends at "
                    + end.incarnation + "." + end.nextSequence);
        }
        TailPosition position = new TailPosition();
        position.incarnation = (int) incarnation;
        position.nextSequence = nextSequence;
        position.blockIndex = firstBlockBehind(source, end.blockIndex, position.incarnation, nextSequence);
        return position;
    }

    /** Binary search: blocks ascend by incarnation and, within one, by sequence. */
    private static int firstBlockBehind(BlockSource source, int blockCount, int incarnation, long nextSequence) {
        int from = 0;
        int to = blockCount;
        while (from < to) {
            int middle = (from + to) >>> 1;
            BlockInfo block = source.block(middle);
            boolean behind = block.incarnation() > incarnation
                    || (block.incarnation() == incarnation && block.lastSequence() >= nextSequence);
            if (behind) {
                to = middle;
            } else {
                from = middle + 1;
            }
        }
        return from;
    }

    /** The positions and, for shards that were added since, their start. */
    static TailPosition[] over(TailPosition[] positions, int shards) {
        TailPosition[] more = Arrays.copyOf(positions, shards);
        for (int shard = positions.length; shard < shards; shard++) {
            more[shard] = new TailPosition();
        }
        return more;
    }

    static String text(TailPosition[] positions) {
        StringBuilder text = new StringBuilder(VERSION.length() + 12 * positions.length).append(VERSION);
        for (TailPosition position : positions) {
            text.append('-').append(position.incarnation).append('.').append(position.nextSequence);
        }
        return text.toString();
    }

    /** The index of the block that holds the next event, or that will. */
    int blockIndex() {
        return blockIndex;
    }

    /** Whether an event of the block at hand was passed already. */
    boolean isBehind(BlockInfo block, long sequence) {
        return block.incarnation() == incarnation && sequence < nextSequence;
    }

    /** Moves behind an event of the block at hand. */
    void pass(BlockInfo block, long sequence) {
        incarnation = block.incarnation();
        nextSequence = sequence + 1;
        if (sequence == block.lastSequence()) {
            blockIndex++;
        }
    }

    /** Moves on to a block that is not behind the end, or to the end. */
    void jumpTo(BlockSource source, int block) {
        BlockInfo before = source.block(block - 1);
        incarnation = before.incarnation();
        nextSequence = before.lastSequence() + 1;
        blockIndex = block;
    }

    /** How many events lie between this position and the end of the block before {@code blockCount}. */
    long eventsBehind(BlockSource source, int blockCount) {
        if (blockIndex >= blockCount) {
            return 0;
        }
        BlockInfo here = source.block(blockIndex);
        long next = Math.max(here.firstSequence(), here.incarnation() == incarnation ? nextSequence : 0);
        return source.block(blockCount - 1).lastSequence() + 1 - next;
    }
}
