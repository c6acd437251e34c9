package io.evident.storage.index.part;

import java.util.Arrays;

/**
 * A run of terms in the order of their bytes, which are unsigned.
 *
 * @param from the first term, which need not be there
 * @param to the term behind the last, or {@code null} for no end
 */
@SuppressWarnings("ArrayRecordComponent") // Two bounds, never compared with others.
public record TermRange(byte[] from, byte[] to) {
    /** Every term that there is, and not the one of no bytes, which stands for an absent value. */
    static final TermRange ALL = new TermRange(new byte[1], null);

    /** All terms that begin so. */
    static TermRange startingWith(byte[] prefix) {
        int last = prefix.length - 1;
        while (last >= 0 && prefix[last] == -1) {
            last--;
        }
        if (last < 0) {
            return new TermRange(prefix, null);
        }
        byte[] to = Arrays.copyOf(prefix, last + 1);
        to[last]++;
        return new TermRange(prefix, to);
    }

    /** All terms from one to another, both included. */
    static TermRange between(byte[] first, byte[] last) {
        // Nothing stands between a term and itself with a zero behind.
        return new TermRange(first, Arrays.copyOf(last, last.length + 1));
    }

    /** Whether a term stands before the end. */
    public boolean endsBehind(byte[] term) {
        return to == null || Arrays.compareUnsigned(term, to) < 0;
    }
}
