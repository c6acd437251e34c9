package io.evident.storage.blocks;

import java.util.Arrays;

/**
 * How far the emergency journal was folded in, block by block: only the blocks with which it changes are kept, which are
 * few. One thread adds; any thread reads about blocks that are counted already.
 */
final class FoldTable {
    private static final int FIRST_CAPACITY = 4;

    /** Never changed once it can be seen, but behind its {@code size}. */
    @SuppressWarnings("ArrayRecordComponent") // Handed from the adding thread to readers, never compared.
    private record Changes(int[] blocks, long[] foldedThrough, int size) {}

    private volatile Changes changes = new Changes(new int[FIRST_CAPACITY], new long[FIRST_CAPACITY], 0);

    /** The block with this index carries this value; called in the order of the blocks. */
    void add(int block, long foldedThrough) {
        Changes now = changes;
        int size = now.size();
        if (foldedThrough == (size == 0 ? 0 : now.foldedThrough()[size - 1])) {
            return;
        }
        boolean room = size < now.blocks().length;
        int[] blocks = room ? now.blocks() : Arrays.copyOf(now.blocks(), size * 2);
        long[] values = room ? now.foldedThrough() : Arrays.copyOf(now.foldedThrough(), size * 2);
        blocks[size] = block;
        values[size] = foldedThrough;
        changes = new Changes(blocks, values, size + 1);
    }

    /** What the last of the first {@code blockCount} blocks carries; 0 without any. */
    long foldedThrough(int blockCount) {
        Changes now = changes;
        int at = Arrays.binarySearch(now.blocks(), 0, now.size(), blockCount - 1);
        int last = at >= 0 ? at : -at - 2;
        return last < 0 ? 0 : now.foldedThrough()[last];
    }

    /**
     * What a seal keeps of blocks {@code from} to {@code to} - 1: nothing when all carry the same value; else pairs of index,
     * counted from {@code from}, and the value from there on, the first with index 0.
     */
    long[] pairs(int from, int to) {
        Changes now = changes;
        int first = behind(now, from);
        int end = behind(now, to - 1);
        if (first >= end) {
            return new long[0];
        }
        long[] pairs = new long[2 * (end - first) + 2];
        pairs[1] = foldedThrough(from + 1);
        for (int i = first; i < end; i++) {
            pairs[2 * (i - first) + 2] = (long) now.blocks()[i] - from;
            pairs[2 * (i - first) + 3] = now.foldedThrough()[i];
        }
        return pairs;
    }

    /** The first change behind a block. */
    private static int behind(Changes now, int block) {
        int at = Arrays.binarySearch(now.blocks(), 0, now.size(), block);
        return at >= 0 ? at + 1 : -at - 1;
    }
}
