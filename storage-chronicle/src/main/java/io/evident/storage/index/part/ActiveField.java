package io.evident.storage.index.part;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The terms of one field while their part grows: an open-addressing table leads to a term's record, which holds its bytes
 * and its last posting; each posting knows the one before it. So a posting costs four bytes and no object of its own,
 * however its field's values are distributed, and finding a term touches two places in memory.
 *
 * <p>One thread adds, any thread reads, and there is no lock: a reader has learned, through a volatile, of how many records
 * and events it may know, and passes by what came later. What is below these numbers does not change any more, but for a
 * record's last posting, which is released behind what it leads to; and chunks and tables are never changed in size, only
 * joined by others or replaced.
 */
final class ActiveField {
    /** Most postings of a field of which an event has one value. */
    static final int MAX_POSTINGS = ActivePart.MAX_EVENTS;

    private static final VarHandle INTS = MethodHandles.arrayElementVarHandle(int[].class);
    private static final VarHandle WORD =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final int RECORD_CHUNK_BITS = 14;
    private static final int RECORD_MASK = (1 << RECORD_CHUNK_BITS) - 1;
    /** Records are counted with 24 bits in the table, with 8 bits of the hash above. */
    private static final int RECORD_BITS = 24;

    private static final int RECORD_CHUNKS = 1 << (RECORD_BITS - RECORD_CHUNK_BITS);
    private static final int POSTING_CHUNK_BITS = 14;
    private static final int FIRST_SLOTS = 1024;
    private static final double MAX_LOAD = 0.7;

    /** A record: hash, last posting, number of postings, length in bytes, and the bytes, of which the first is the highest. */
    private static final int LAST_AT = 1;

    private static final int COUNT_AT = 2;
    private static final int LENGTH_AT = 3;
    private static final int TEXT_AT = 4;
    /** In the place of a length: the next record begins the next chunk. */
    private static final int NO_RECORD = -1;

    private final int[][] records = new int[RECORD_CHUNKS][];
    private final int[][] previous;
    /** The event of each posting; {@code null} where postings have their events' numbers. */
    private final int[][] events;

    /** 0 is empty; so no record stands at 0. */
    private volatile int[] slots = new int[FIRST_SLOTS];

    /** Of no meaning: what is read ahead has to go somewhere. */
    private int fetched;

    private int end = 1;
    private int terms;
    private int postings;
    private int termBytes;

    /** For so many postings at most, of which one event may have several. */
    ActiveField(int maxPostings, boolean severalPerEvent) {
        previous = new int[(maxPostings >>> POSTING_CHUNK_BITS) + 1][];
        events = severalPerEvent ? new int[previous.length][] : null;
    }

    /** Where the next record will begin, or before it. */
    int end() {
        return end;
    }

    int postings() {
        return postings;
    }

    /** The bytes of all terms together. */
    int termBytes() {
        return termBytes;
    }

    // ---- the adding thread's ----

    /**
     * Each of the events from {@code event} on has the term that stands somewhere in the bytes, or none where the length is
     * below 0. What will be needed is asked of the memory for all of them first, so that it is waited for once and not for
     * each.
     */
    void addAll(byte[] bytes, TermPlaces places, int count, int event) {
        int[] hashes = places.hashes();
        int[] found = places.found();
        int[] table = slots;
        for (int i = 0; i < count; i++) {
            int length = places.length(i);
            hashes[i] = length < 0 ? 0 : IndexHash.ofTerm(bytes, places.offset(i), length);
            found[i] = table[IndexHash.home(hashes[i], table.length)];
        }
        int seen = 0;
        for (int i = 0; i < count; i++) {
            int record = found[i] & ((1 << RECORD_BITS) - 1);
            seen += record == 0 ? 0 : hash(record);
        }
        fetched = seen;
        for (int i = 0; i < count; i++) {
            if (places.length(i) >= 0) {
                add(hashes[i], bytes, places.offset(i), places.length(i), event + i);
            }
        }
    }

    /** An event, not below those before it, has a term. */
    void add(byte[] bytes, int offset, int length, int event) {
        add(IndexHash.ofTerm(bytes, offset, length), bytes, offset, length, event);
    }

    private void add(int hash, byte[] bytes, int offset, int length, int event) {
        int[] table = slots;
        int at = IndexHash.home(hash, table.length);
        while (table[at] != 0) {
            int record = table[at] & ((1 << RECORD_BITS) - 1);
            if (hasTag(table[at], hash) && isTerm(record, hash, bytes, offset, length)) {
                addPosting(record, event);
                return;
            }
            at = at + 1 == table.length ? 0 : at + 1;
        }
        int record = addRecord(hash, bytes, offset, length);
        addPosting(record, event);
        table[at] = slot(record, hash);
        if (++terms > table.length * MAX_LOAD) {
            enlarge(table.length * 2);
        }
    }

    private static int slot(int record, int hash) {
        return (hash << RECORD_BITS) | record;
    }

    private static boolean hasTag(int slot, int hash) {
        return (slot ^ (hash << RECORD_BITS)) >>> RECORD_BITS == 0;
    }

    private int addRecord(int hash, byte[] bytes, int offset, int length) {
        int size = TEXT_AT + words(length);
        int left = RECORD_MASK + 1 - (end & RECORD_MASK);
        if (left < size) {
            if (left >= TEXT_AT) {
                chunk(end)[(end & RECORD_MASK) + LENGTH_AT] = NO_RECORD;
            }
            end += left;
        }
        int record = end;
        int[] to = chunk(record);
        int at = record & RECORD_MASK;
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

    private int[] chunk(int record) {
        int chunk = record >>> RECORD_CHUNK_BITS;
        if (records[chunk] == null) {
            records[chunk] = new int[RECORD_MASK + 1];
        }
        return records[chunk];
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

    private void addPosting(int record, int event) {
        int[] of = records[record >>> RECORD_CHUNK_BITS];
        int at = record & RECORD_MASK;
        int last = of[at + LAST_AT];
        if (events != null && last >= 0 && eventOf(last) == event) {
            return;
        }
        int posting = events == null ? event : postings;
        int chunk = posting >>> POSTING_CHUNK_BITS;
        if (previous[chunk] == null) {
            previous[chunk] = new int[1 << POSTING_CHUNK_BITS];
        }
        previous[chunk][postingAt(posting)] = last;
        if (events != null) {
            if (events[chunk] == null) {
                events[chunk] = new int[1 << POSTING_CHUNK_BITS];
            }
            events[chunk][postingAt(posting)] = event;
        }
        postings++;
        of[at + COUNT_AT]++;
        INTS.setRelease(of, at + LAST_AT, posting);
    }

    private void enlarge(int length) {
        int[] larger = new int[length];
        for (int record = firstFrom(1); record < end; record = behind(record)) {
            int hash = hash(record);
            int at = IndexHash.home(hash, length);
            while (larger[at] != 0) {
                at = at + 1 == length ? 0 : at + 1;
            }
            larger[at] = slot(record, hash);
        }
        slots = larger;
    }

    // ---- any thread's; records are those below an end that was learned of ----

    /** The first record, which may not be there. */
    int first() {
        return 1;
    }

    /** The record behind one; not below the end when there is none. */
    int behind(int record) {
        return firstFrom(record + TEXT_AT + words(length(record)));
    }

    private int firstFrom(int place) {
        int at = place & RECORD_MASK;
        int[] chunk = records[place >>> RECORD_CHUNK_BITS];
        boolean ends = at > RECORD_MASK + 1 - TEXT_AT || (chunk != null && chunk[at + LENGTH_AT] == NO_RECORD);
        return ends ? (place | RECORD_MASK) + 1 : place;
    }

    /** The record of a term that begins below {@code limit}, or {@link FieldTerms#NONE}. */
    int find(byte[] term, int limit) {
        int hash = IndexHash.ofTerm(term, 0, term.length);
        int[] table = slots;
        int at = IndexHash.home(hash, table.length);
        while (true) {
            int slot = table[at];
            if (slot == 0) {
                return FieldTerms.NONE;
            }
            int record = slot & ((1 << RECORD_BITS) - 1);
            if (record < limit && hasTag(slot, hash) && isTerm(record, hash, term, 0, term.length)) {
                return record;
            }
            at = at + 1 == table.length ? 0 : at + 1;
        }
    }

    private boolean isTerm(int record, int hash, byte[] bytes, int offset, int length) {
        int[] of = records[record >>> RECORD_CHUNK_BITS];
        int at = record & RECORD_MASK;
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

    private int length(int record) {
        return records[record >>> RECORD_CHUNK_BITS][(record & RECORD_MASK) + LENGTH_AT];
    }

    /** Four bytes of a term, the first the highest, with zeros behind its end. */
    int word(int record, int index) {
        return index < words(length(record))
                ? records[record >>> RECORD_CHUNK_BITS][(record & RECORD_MASK) + TEXT_AT + index]
                : 0;
    }

    /** How many bytes a term has from an index on, at most four. */
    int bytesFrom(int record, int index) {
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

    byte[] term(int record) {
        byte[] term = new byte[words(length(record)) * Integer.BYTES];
        for (int i = 0; i < term.length / Integer.BYTES; i++) {
            WORD.set(term, i * Integer.BYTES, word(record, i));
        }
        return Arrays.copyOf(term, length(record));
    }

    int hash(int record) {
        return records[record >>> RECORD_CHUNK_BITS][record & RECORD_MASK];
    }

    /** How many events have a term by now. */
    int count(int record) {
        return records[record >>> RECORD_CHUNK_BITS][(record & RECORD_MASK) + COUNT_AT];
    }

    /** The events below {@code limit} that have a term. */
    Events events(int record, int limit) {
        int[] of = records[record >>> RECORD_CHUNK_BITS];
        int posting = (int) INTS.getAcquire(of, (record & RECORD_MASK) + LAST_AT);
        // Read behind the last posting, so that it counts that at least.
        int most = count(record);
        while (posting >= 0 && eventOf(posting) >= limit) {
            posting = before(posting);
            most--;
        }
        int[] list = new int[most];
        int from = most;
        while (posting >= 0) {
            list[--from] = eventOf(posting);
            posting = before(posting);
        }
        return Events.list(list, from, most);
    }

    private int eventOf(int posting) {
        return events == null ? posting : events[posting >>> POSTING_CHUNK_BITS][postingAt(posting)];
    }

    private int before(int posting) {
        return previous[posting >>> POSTING_CHUNK_BITS][postingAt(posting)];
    }

    private static int postingAt(int posting) {
        return posting & ((1 << POSTING_CHUNK_BITS) - 1);
    }
}
