package io.evident.load.ledger;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Sequences of one shard: which there are, and which are between them and are not. Bound to one thread. */
final class SequenceSet {
    /** A bit set takes so many; a campaign stays far below. */
    private static final long MOST = Integer.MAX_VALUE;

    private final BitSet seen = new BitSet();

    /** Adds a sequence; false when it was there already. */
    boolean add(long sequence) {
        if (sequence < 0 || sequence >= MOST) {
            throw new IllegalArgumentException("a sequence of " + sequence);
        }
        boolean isNew = !seen.get((int) sequence);
        seen.set((int) sequence);
        return isNew;
    }

    /** How many are missing between 0 and the highest. */
    long holes() {
        return (long) seen.length() - seen.cardinality();
    }

    /** The first holes, {@code FROM-TO}. */
    List<String> firstHoles(int most) {
        List<String> found = new ArrayList<>();
        for (int from = seen.nextClearBit(0); from < seen.length() && found.size() < most; ) {
            int to = seen.nextSetBit(from);
            found.add(from + "-" + (to - 1));
            from = seen.nextClearBit(to);
        }
        return found;
    }
}
