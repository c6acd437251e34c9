package io.evident.storage.index.file;

import java.nio.IntBuffer;

/**
 * Tells of nearly every id and term that a part does not have that it is not there, by one look at one line of a processor's
 * cache: a split block Bloom filter (Putze, Sanders and Singler, "Cache-, Hash- and Space-Efficient Bloom Filters", 2007),
 * with the constants of Apache Parquet's. It never says so of one that is there. Immutable once all keys are added.
 */
final class PartFilter {
    private static final int BLOCK_INTS = 8;
    private static final int BLOCK_BITS = BLOCK_INTS * Integer.SIZE;
    /** About one of a hundred keys that are not there passes. */
    private static final double BITS_PER_KEY = 10.5;
    /** Odd numbers: each makes another bit of a key. */
    private static final int[] SALTS = {
        0x47B6_137B, 0x4497_4D91, 0x8824_AD5B, 0xA2B7_289D, 0x7054_95C7, 0x2DF1_424B, 0x9EFC_4947, 0x5C6B_FB31
    };

    private static final int BIT_SHIFT = 27;

    private final int[] words;

    private PartFilter(int[] words) {
        this.words = words;
    }

    /** Without any key yet, for so many of them. */
    static PartFilter forKeys(int keys) {
        long blocks = (long) (keys * BITS_PER_KEY / BLOCK_BITS) + 1;
        return new PartFilter(new int[Math.toIntExact(blocks * BLOCK_INTS)]);
    }

    /** Of the words of another one. */
    static PartFilter of(IntBuffer from) {
        int[] words = new int[from.remaining()];
        from.get(words);
        return new PartFilter(words);
    }

    /** Whether so many words make a filter. */
    static boolean isOne(int words) {
        return words > 0 && words % BLOCK_INTS == 0;
    }

    int[] words() {
        return words;
    }

    /** Adds a key, all of whose 64 bits have to be as good as random. */
    void add(long key) {
        int block = blockOf(key);
        for (int i = 0; i < BLOCK_INTS; i++) {
            words[block + i] |= bit(key, i);
        }
    }

    /** False when a key was not added. */
    boolean mayHave(long key) {
        int block = blockOf(key);
        for (int i = 0; i < BLOCK_INTS; i++) {
            if ((words[block + i] & bit(key, i)) == 0) {
                return false;
            }
        }
        return true;
    }

    private int blockOf(long key) {
        return (int) (((key >>> Integer.SIZE) * (words.length / BLOCK_INTS)) >>> Integer.SIZE) * BLOCK_INTS;
    }

    private static int bit(long key, int i) {
        return 1 << (((int) key * SALTS[i]) >>> BIT_SHIFT);
    }
}
