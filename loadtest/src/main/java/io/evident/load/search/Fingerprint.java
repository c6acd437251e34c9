package io.evident.load.search;

import io.evident.load.search.SearchSystem.Answer;

/** Condenses an answer, so that two can be compared: FNV-1a of 64 bits over its texts in their order. Not thread-safe. */
final class Fingerprint {
    private static final long BASIS = 0xCBF2_9CE4_8422_2325L;
    private static final long PRIME = 0x100_0000_01B3L;

    private long hash = BASIS;
    private int rows;

    /** An event of the answer. */
    void row(String id) {
        rows++;
        add(id);
    }

    /** A number of the answer, and what it is the number of. */
    void row(long of, long number) {
        row(of + "=" + number);
    }

    private void add(String text) {
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * PRIME;
        }
        hash = (hash ^ '\n') * PRIME;
    }

    Answer answer(boolean fromCache) {
        return new Answer(rows, hash, fromCache);
    }
}
