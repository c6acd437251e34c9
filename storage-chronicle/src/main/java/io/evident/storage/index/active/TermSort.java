package io.evident.storage.index.active;

import io.evident.storage.index.events.Numbers;
import java.util.Arrays;

/**
 * Sorts the terms of a field by their bytes: by four bytes at a time, packed with the term's record into one long, and then
 * those that have them in common by the next four. Used once.
 */
final class TermSort {
    /** How many of the four bytes there are: what is shorter comes first. */
    private static final int COUNT_BITS = 3;

    private static final int RECORD_BITS = 24;
    private static final int FEW = 6;

    private final TermRecords terms;
    private final int[] sorted;
    private final long[] keys;

    TermSort(ActiveView.Terms terms) {
        this.terms = terms.records();
        Numbers handles = new Numbers();
        terms.each(handles::add);
        this.sorted = handles.toArray();
        this.keys = new long[sorted.length];
    }

    int[] sorted() {
        sort(0, sorted.length, 0);
        return sorted;
    }

    private void sort(int from, int to, int depth) {
        if (to - from <= FEW) {
            insert(from, to);
            return;
        }
        for (int i = from; i < to; i++) {
            keys[i] = (key(sorted[i], depth) << RECORD_BITS) | sorted[i];
        }
        Arrays.sort(keys, from, to);
        for (int i = from; i < to; i++) {
            sorted[i] = (int) (keys[i] & ((1 << RECORD_BITS) - 1));
        }
        int first = from;
        while (first < to) {
            long common = keys[first] >>> RECORD_BITS;
            int end = first + 1;
            while (end < to && keys[end] >>> RECORD_BITS == common) {
                end++;
            }
            if (end - first > 1) {
                sort(first, end, depth + 1);
            }
            first = end;
        }
    }

    private long key(int record, int depth) {
        long word = Integer.toUnsignedLong(terms.word(record, depth));
        return (word << COUNT_BITS) | terms.bytesOfWord(record, depth);
    }

    private void insert(int from, int to) {
        for (int i = from + 1; i < to; i++) {
            int term = sorted[i];
            int at = i;
            while (at > from && terms.compare(sorted[at - 1], term) > 0) {
                sorted[at] = sorted[at - 1];
                at--;
            }
            sorted[at] = term;
        }
    }
}
