package io.evident.storage.index.active;

import io.evident.storage.index.part.FieldTerms;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The terms of one field in memory, one record behind the other: hash, last posting, number of postings, length, and the
 * bytes, four in a number of which the first is the highest. A record is known by where it begins, from 1.
 *
 * <p>One thread adds; any thread reads the records below an {@link #end} that it has learned of through a volatile. Of such
 * a record only the last posting and their number change, and the first is released behind what it leads to.
 */
final class TermRecords {
    /** Records begin below this. */
    static final int PLACE_BITS = 24;

    private static final VarHandle INTS = MethodHandles.arrayElementVarHandle(int[].class);
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final int CHUNK_BITS = 14;
    private static final int CHUNK_INTS = 1 << CHUNK_BITS;
    private static final int MASK = CHUNK_INTS - 1;
    private static final int LAST_AT = 1;
    private static final int COUNT_AT = 2;
    private static final int LENGTH_AT = 3;
    private static final int TEXT_AT = 4;
    /** In the place of a length: the next record begins the next chunk. */
    private static final int NO_RECORD = -1;

    private final int[][] chunks = new int[1 << (PLACE_BITS - CHUNK_BITS)][];
    private int end = 1;
    private int termBytes;

    /** Where the next record will begin, or before it. */
    int end() {
        return end;
    }

    /** The bytes of all terms together. */
    int termBytes() {
        return termBytes;
    }

    // ---- the adding thread's ----

    int add(int hash, byte[] bytes, int offset, int length) {
        int size = TEXT_AT + words(length);
        int left = CHUNK_INTS - (end & MASK);
        if (left < size) {
            if (left >= TEXT_AT) {
                chunkToAdd()[(end & MASK) + LENGTH_AT] = NO_RECORD;
            }
            end += left;
        }
        int record = end;
        int[] to = chunkToAdd();
        int at = record & MASK;
        to[at] = hash;
        to[at + LAST_AT] = FieldTerms.NONE;
        to[at + LENGTH_AT] = length;
        for (int i = 0; i < words(length); i++) {
            to[at + TEXT_AT + i] = word(bytes, offset, length, i);
        }
        end += size;
        termBytes += length;
        return record;
    }

    private int[] chunkToAdd() {
        int chunk = end >>> CHUNK_BITS;
        if (chunks[chunk] == null) {
            chunks[chunk] = new int[CHUNK_INTS];
        }
        return chunks[chunk];
    }

    /** The last posting so far, or {@link FieldTerms#NONE}. */
    int last(int record) {
        return chunk(record)[(record & MASK) + LAST_AT];
    }

    /** A term has one posting more, which is complete. */
    void setLast(int record, int posting) {
        int[] of = chunk(record);
        of[(record & MASK) + COUNT_AT]++;
        INTS.setRelease(of, (record & MASK) + LAST_AT, posting);
    }

    // ---- any thread's ----

    /** The last posting, with all that it leads to. */
    int acquireLast(int record) {
        return (int) INTS.getAcquire(chunk(record), (record & MASK) + LAST_AT);
    }

    /** How many postings a term has by now: no fewer than were acquired before. */
    int count(int record) {
        return chunk(record)[(record & MASK) + COUNT_AT];
    }

    int hash(int record) {
        return chunk(record)[record & MASK];
    }

    private int length(int record) {
        return chunk(record)[(record & MASK) + LENGTH_AT];
    }

    private int[] chunk(int record) {
        return chunks[record >>> CHUNK_BITS];
    }

    /** The first record, which need not be there. */
    int first() {
        return 1;
    }

    /** The record behind one; not below the end when there is none. */
    int behind(int record) {
        int place = record + TEXT_AT + words(length(record));
        int at = place & MASK;
        int[] chunk = chunk(place);
        boolean ends = at > CHUNK_INTS - TEXT_AT || (chunk != null && chunk[at + LENGTH_AT] == NO_RECORD);
        return ends ? (place | MASK) + 1 : place;
    }

    /** Whether a record is of a term. */
    boolean isTerm(int record, int hash, byte[] bytes, int offset, int length) {
        int[] of = chunk(record);
        int at = record & MASK;
        if (of[at] != hash || of[at + LENGTH_AT] != length) {
            return false;
        }
        for (int i = 0; i < words(length); i++) {
            if (of[at + TEXT_AT + i] != word(bytes, offset, length, i)) {
                return false;
            }
        }
        return true;
    }

    private static int words(int length) {
        return (length + Integer.BYTES - 1) >>> 2;
    }

    /** Four bytes of a text as one number, filled up with zeros at its end. */
    private static int word(byte[] bytes, int offset, int length, int index) {
        int from = index * Integer.BYTES;
        if (from + Integer.BYTES <= length) {
            return (int) WORD.get(bytes, offset + from);
        }
        int word = 0;
        for (int i = from; i < length; i++) {
            word |= (bytes[offset + i] & 0xFF) << (Integer.SIZE - Byte.SIZE * (i - from + 1));
        }
        return word;
    }

    /** Four bytes of a term, the first the highest, with zeros behind its end. */
    int word(int record, int index) {
        return index < words(length(record)) ? chunk(record)[(record & MASK) + TEXT_AT + index] : 0;
    }

    /** How many of these four bytes there are. */
    int bytesOfWord(int record, int index) {
        return Math.max(0, Math.min(Integer.BYTES, length(record) - index * Integer.BYTES));
    }

    /** The order of two terms. */
    int compare(int one, int other) {
        int words = words(Math.min(length(one), length(other)));
        for (int i = 0; i < words; i++) {
            int order = Integer.compareUnsigned(word(one, i), word(other, i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(length(one), length(other));
    }

    /** The order of a term and some bytes. */
    int compare(int record, byte[] bytes) {
        int words = words(Math.min(length(record), bytes.length));
        for (int i = 0; i < words; i++) {
            int order = Integer.compareUnsigned(word(record, i), word(bytes, 0, bytes.length, i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(length(record), bytes.length);
    }

    /** The bytes of a term, as a fresh array. */
    byte[] term(int record) {
        byte[] term = new byte[words(length(record)) * Integer.BYTES];
        for (int i = 0; i < term.length / Integer.BYTES; i++) {
            WORD.set(term, i * Integer.BYTES, word(record, i));
        }
        return Arrays.copyOf(term, length(record));
    }
}
