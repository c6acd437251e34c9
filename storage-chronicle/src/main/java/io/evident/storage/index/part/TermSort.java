package io.evident.storage.index.part;

import java.util.Arrays;

/**
 * Sorts the terms of a field by their bytes: by four bytes at a time, packed with the term's number into one long, and then
 * those that have them in common by the next four. Used once.
 */
final class TermSort {
    private static final int SYMBOLS = 4;
    /** A byte plus one, as 0 stands for the end. */
    private static final int SYMBOL_BITS = 9;

    private static final int TERM_BITS = 27;
    private static final int FEW = 6;

    private final ActiveView.Terms terms;
    private final int[] sorted;
    private final long[] keys;

    TermSort(ActiveView.Terms terms) {
        this.terms = terms;
        this.sorted = new int[terms.count()];
        this.keys = new long[sorted.length];
    }

    int[] sorted() {
        Arrays.setAll(sorted, term -> term);
        sort(0, sorted.length, 0);
        return sorted;
    }

    private void sort(int from, int to, int depth) {
        if (to - from <= FEW) {
            insert(from, to);
            return;
        }
        for (int i = from; i < to; i++) {
            keys[i] = (terms.symbols(sorted[i], depth, SYMBOLS, SYMBOL_BITS) << TERM_BITS) | sorted[i];
        }
        Arrays.sort(keys, from, to);
        for (int i = from; i < to; i++) {
            sorted[i] = (int) (keys[i] & ((1 << TERM_BITS) - 1));
        }
        int first = from;
        while (first < to) {
            long common = keys[first] >>> TERM_BITS;
            int end = first + 1;
            while (end < to && keys[end] >>> TERM_BITS == common) {
                end++;
            }
            if (end - first > 1) {
                sort(first, end, depth + SYMBOLS);
            }
            first = end;
        }
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
