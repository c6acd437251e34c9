package io.evident.storage.index;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * The terms of one field while their part grows: an open-addressing table leads from a term to its record, and that to its
 * last posting; each posting knows the one before it. So a posting costs four bytes and no object of its own, however its
 * field's values are distributed.
 *
 * <p>One thread adds, any thread reads, and there is no lock: a reader has learned, through a volatile, of how many terms and
 * events it may know, and passes by what came later. What is behind these numbers does not change any more, but for a
 * record's last posting, which is released behind what it leads to; and chunks and tables are never changed in size, only
 * joined by others or replaced.
 */
final class ActiveField {
    /** Most postings, and so terms, of a field of which an event has one value. */
    static final int MAX_POSTINGS = ActivePart.MAX_EVENTS;

    private static final VarHandle INTS = MethodHandles.arrayElementVarHandle(int[].class);
    private static final int RECORD_CHUNK_BITS = 12;
    private static final int POSTING_CHUNK_BITS = 14;
    private static final int TEXT_CHUNK_BITS = 16;
    private static final int TEXT_CHUNKS = (ActivePart.MAX_TERM_BYTES * 2) >>> TEXT_CHUNK_BITS;
    private static final int FIRST_SLOTS = 1024;
    private static final double MAX_LOAD = 0.7;

    /** A record: hash, where the text stands behind its length, last posting, number of postings. */
    private static final int RECORD_INTS = 4;

    private static final int TEXT_AT = 1;
    private static final int LAST_AT = 2;
    private static final int COUNT_AT = 3;

    private final int[][] records;
    private final int[][] previous;
    /** The event of each posting; {@code null} where postings have their events' numbers. */
    private final int[][] events;

    private final byte[][] texts = new byte[TEXT_CHUNKS][];
    /** Terms from 1; 0 is empty. */
    private volatile int[] slots = new int[FIRST_SLOTS];

    private int terms;
    private int postings;
    private int textEnd;
    private int termBytes;

    /** For so many postings at most, of which one event may have several. */
    ActiveField(int maxPostings, boolean severalPerEvent) {
        records = new int[(maxPostings >>> RECORD_CHUNK_BITS) + 1][];
        previous = new int[(maxPostings >>> POSTING_CHUNK_BITS) + 1][];
        events = severalPerEvent ? new int[previous.length][] : null;
    }

    int terms() {
        return terms;
    }

    int postings() {
        return postings;
    }

    /** The bytes of all terms together. */
    int termBytes() {
        return termBytes;
    }

    // ---- the adding thread's ----

    /** An event, not below those before it, has a term. */
    void add(byte[] bytes, int offset, int length, int event) {
        int hash = IndexHash.ofTerm(bytes, offset, length);
        int[] table = slots;
        int at = IndexHash.home(hash, table.length);
        while (table[at] != 0) {
            if (isTerm(table[at] - 1, hash, bytes, offset, length)) {
                addPosting(table[at] - 1, event);
                return;
            }
            at = at + 1 == table.length ? 0 : at + 1;
        }
        addTerm(hash, bytes, offset, length);
        addPosting(terms, event);
        table[at] = ++terms;
        if (terms > table.length * MAX_LOAD) {
            enlarge(table.length * 2);
        }
    }

    private void addTerm(int hash, byte[] bytes, int offset, int length) {
        int chunk = terms >>> RECORD_CHUNK_BITS;
        if (records[chunk] == null) {
            records[chunk] = new int[RECORD_INTS << RECORD_CHUNK_BITS];
        }
        int at = recordAt(terms);
        records[chunk][at] = hash;
        records[chunk][at + TEXT_AT] = addText(bytes, offset, length);
        records[chunk][at + LAST_AT] = FieldTerms.NONE;
    }

    private int addText(byte[] bytes, int offset, int length) {
        int mask = (1 << TEXT_CHUNK_BITS) - 1;
        if ((textEnd & mask) + Short.BYTES + length > mask + 1) {
            textEnd = (textEnd | mask) + 1;
        }
        int chunk = textEnd >>> TEXT_CHUNK_BITS;
        if (texts[chunk] == null) {
            texts[chunk] = new byte[mask + 1];
        }
        int at = textEnd & mask;
        texts[chunk][at] = (byte) (length >>> Byte.SIZE);
        texts[chunk][at + 1] = (byte) length;
        System.arraycopy(bytes, offset, texts[chunk], at + Short.BYTES, length);
        int position = textEnd;
        textEnd += Short.BYTES + length;
        termBytes += length;
        return position;
    }

    private void addPosting(int term, int event) {
        int[] record = records[term >>> RECORD_CHUNK_BITS];
        int at = recordAt(term);
        int last = record[at + LAST_AT];
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
        record[at + COUNT_AT]++;
        INTS.setRelease(record, at + LAST_AT, posting);
    }

    private void enlarge(int length) {
        int[] larger = new int[length];
        for (int term = 0; term < terms; term++) {
            int at = IndexHash.home(records[term >>> RECORD_CHUNK_BITS][recordAt(term)], length);
            while (larger[at] != 0) {
                at = at + 1 == length ? 0 : at + 1;
            }
            larger[at] = term + 1;
        }
        slots = larger;
    }

    // ---- any thread's ----

    /** The number of a term, which has to be below {@code limit}, or {@link FieldTerms#NONE}. */
    int find(byte[] term, int limit) {
        int hash = IndexHash.ofTerm(term, 0, term.length);
        int[] table = slots;
        int at = IndexHash.home(hash, table.length);
        while (true) {
            int entry = table[at];
            if (entry == 0) {
                return FieldTerms.NONE;
            }
            if (entry <= limit && isTerm(entry - 1, hash, term, 0, term.length)) {
                return entry - 1;
            }
            at = at + 1 == table.length ? 0 : at + 1;
        }
    }

    private boolean isTerm(int term, int hash, byte[] bytes, int offset, int length) {
        int[] record = records[term >>> RECORD_CHUNK_BITS];
        int at = recordAt(term);
        if (record[at] != hash) {
            return false;
        }
        byte[] text = text(term);
        int from = textAt(term);
        return length(text, from) == length
                && Arrays.equals(text, from + Short.BYTES, from + Short.BYTES + length, bytes, offset, offset + length);
    }

    private byte[] text(int term) {
        return texts[records[term >>> RECORD_CHUNK_BITS][recordAt(term) + TEXT_AT] >>> TEXT_CHUNK_BITS];
    }

    private int textAt(int term) {
        return records[term >>> RECORD_CHUNK_BITS][recordAt(term) + TEXT_AT] & (1 << TEXT_CHUNK_BITS) - 1;
    }

    private static int length(byte[] text, int at) {
        return (text[at] & 0xFF) << Byte.SIZE | (text[at + 1] & 0xFF);
    }

    /** Whether a term is within a range. */
    boolean isWithin(int term, TermRange range) {
        byte[] text = text(term);
        int at = textAt(term);
        return range.contains(text, at + Short.BYTES, length(text, at));
    }

    /** The order of two terms. */
    int compare(int one, int other) {
        byte[] oneText = text(one);
        byte[] otherText = text(other);
        int oneAt = textAt(one);
        int otherAt = textAt(other);
        return Arrays.compareUnsigned(
                oneText,
                oneAt + Short.BYTES,
                oneAt + Short.BYTES + length(oneText, oneAt),
                otherText,
                otherAt + Short.BYTES,
                otherAt + Short.BYTES + length(otherText, otherAt));
    }

    byte[] term(int term) {
        byte[] text = text(term);
        int at = textAt(term);
        return Arrays.copyOfRange(text, at + Short.BYTES, at + Short.BYTES + length(text, at));
    }

    int hash(int term) {
        return records[term >>> RECORD_CHUNK_BITS][recordAt(term)];
    }

    /** How many events have a term by now. */
    int count(int term) {
        return records[term >>> RECORD_CHUNK_BITS][recordAt(term) + COUNT_AT];
    }

    /** The events below {@code limit} that have a term. */
    Events events(int term, int limit) {
        int[] record = records[term >>> RECORD_CHUNK_BITS];
        int posting = (int) INTS.getAcquire(record, recordAt(term) + LAST_AT);
        // Read behind the last posting, so that it counts that at least.
        int most = record[recordAt(term) + COUNT_AT];
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

    private static int recordAt(int term) {
        return (term & (1 << RECORD_CHUNK_BITS) - 1) * RECORD_INTS;
    }

    private static int postingAt(int posting) {
        return posting & (1 << POSTING_CHUNK_BITS) - 1;
    }
}
