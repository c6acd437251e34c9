package io.evident.storage.blocks;

import java.util.Arrays;

/**
 * Which sequences each incarnation of a shard has: a row for each, and one more for each gap. One thread adds; any thread asks
 * about what it knows to be added.
 */
final class Incarnations {
    private static final int NUMBER = 0;
    private static final int FIRST = 1;
    private static final int LAST = 2;

    /** Rows of three, in the order of the blocks; replaced by a longer one for each that begins. */
    private volatile long[][] rows = {};

    /** A block has these sequences, which follow those added before of its incarnation. */
    void add(int incarnation, long firstSequence, long lastSequence) {
        long[][] known = rows;
        long[] last = known.length == 0 ? null : known[known.length - 1];
        if (last != null && last[NUMBER] == incarnation && last[LAST] + 1 == firstSequence) {
            // Seen by who knows that the block is there.
            last[LAST] = lastSequence;
            return;
        }
        long[][] more = Arrays.copyOf(known, known.length + 1);
        more[known.length] = new long[] {incarnation, firstSequence, lastSequence};
        rows = more;
    }

    /** The latest incarnation that has reached a sequence, or -1. */
    int of(long sequence) {
        long[][] known = rows;
        for (int i = known.length - 1; i >= 0; i--) {
            if (known[i][FIRST] <= sequence && sequence <= known[i][LAST]) {
                return (int) known[i][NUMBER];
            }
        }
        return -1;
    }
}
