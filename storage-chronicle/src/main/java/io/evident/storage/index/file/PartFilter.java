package io.evident.storage.index.file;

import java.util.function.IntUnaryOperator;

/**
 * Tells of nearly every id and term that a part does not have that it is not there, by one look at one line of a processor's
 * cache: a split block Bloom filter (Putze, Sanders and Singler, "Cache-, Hash- and Space-Efficient Bloom Filters", 2007),
 * with the constants of Apache Parquet's. It never says so of one that is there. Immutable once all keys are added.
 */
final class PartFilter {
    private static final int BLOCK_WORDS = 8;
    private static final int BLOCK_BITS = BLOCK_WORDS * Integer.SIZE;
    /** About one of a hundred keys that are not there passes. */
    private static final double BITS_PER_KEY = 10.5;
    /** Odd numbers: each makes another bit of a key. */
    private static final int[] SALTS = {
        0x47B6_137B, 0x4497_4D91, 0x8824_AD5B, 0xA2B7_289D, 0x7054_95C7, 0x2DF1_424B, 0x9EFC_4947, 0x5C6B_FB31
    };

    private static final int BIT_SHIFT = 27;
    /** Words of a chunk: no array is so long that the collector would have to give it regions of its own. */
    private static final int CHUNK_BITS = 15;

    private static final int CHUNK_WORDS = 1 << CHUNK_BITS;

    private final int count;
    private final int[][] chunks;

    private PartFilter(int count) {
        this.count = count;
        this.chunks = new int[(count + CHUNK_WORDS - 1) >>> CHUNK_BITS][];
        for (int i = 0; i < chunks.length; i++) {
            chunks[i] = new int[Math.min(CHUNK_WORDS, count - i * CHUNK_WORDS)];
        }
    }

    /** Without any key yet, for so many of them. */
    static PartFilter forKeys(int keys) {
        long blocks = (long) (keys * BITS_PER_KEY / BLOCK_BITS) + 1;
        return new PartFilter(Math.toIntExact(blocks * BLOCK_WORDS));
    }

    /** Of the words of another one, by their numbers. */
    static PartFilter of(int words, IntUnaryOperator wordAt) {
        PartFilter filter = new PartFilter(words);
        for (int i = 0; i < words; i++) {
            filter.chunks[i >>> CHUNK_BITS][i & (CHUNK_WORDS - 1)] = wordAt.applyAsInt(i);
        }
        return filter;
    }

    /** Whether so many words make a filter. */
    static boolean isOne(int words) {
        return words > 0 && words % BLOCK_WORDS == 0;
    }

    /** How many words it has. */
    int words() {
        return count;
    }

    /** A word, by its number from 0. */
    int word(int at) {
        return chunks[at >>> CHUNK_BITS][at & (CHUNK_WORDS - 1)];
    }

    /** Adds a key, all of whose 64 bits have to be as good as random. */
    void add(long key) {
        int block = blockOf(key);
        int[] words = chunks[block >>> CHUNK_BITS];
        int at = block & (CHUNK_WORDS - 1);
        for (int i = 0; i < BLOCK_WORDS; i++) {
            words[at + i] |= bit(key, i);
        }
    }

    /** False when a key was not added. */
    boolean mayHave(long key) {
        int block = blockOf(key);
        int[] words = chunks[block >>> CHUNK_BITS];
        int at = block & (CHUNK_WORDS - 1);
        for (int i = 0; i < BLOCK_WORDS; i++) {
            if ((words[at + i] & bit(key, i)) == 0) {
                return false;
            }
        }
        return true;
    }

    /** The first word of a key's block. */
    private int blockOf(long key) {
        return (int) (((key >>> Integer.SIZE) * (count / BLOCK_WORDS)) >>> Integer.SIZE) * BLOCK_WORDS;
    }

    private static int bit(long key, int i) {
        return 1 << (((int) key * SALTS[i]) >>> BIT_SHIFT);
    }
}
