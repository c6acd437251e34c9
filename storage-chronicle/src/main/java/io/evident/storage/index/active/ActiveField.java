package io.evident.storage.index.active;

import io.evident.storage.index.events.Events;
import io.evident.storage.index.part.FieldTerms;
import io.evident.storage.index.part.IndexHash;
import java.util.Arrays;

/**
 * The terms of one field and who has them, while their part grows: an open-addressing table leads to a term's record, and
 * that to its last posting; each posting knows the one before it. So a posting costs four bytes and no object of its own,
 * however its field's values are distributed, and finding a term touches two places in memory.
 *
 * <p>One thread adds, any thread reads, and there is no lock: a reader has learned, through a volatile, of how many records
 * and events it may know, and passes by what came later. Chunks and tables are never changed in size, only joined by others
 * or replaced.
 */
final class ActiveField {
    /** Most postings of a field of which an event has one value. */
    static final int MAX_POSTINGS = ActivePart.MAX_EVENTS;

    private static final int POSTING_CHUNK_BITS = 14;
    private static final int FIRST_SLOTS = 1024;
    private static final double MAX_LOAD = 0.7;

    private final IndexHash hashes = IndexHash.ofProcess();
    private final TermRecords records = new TermRecords();
    private final int[][] previous;
    /** The event of each posting; {@code null} where postings have their events' numbers. */
    private final int[][] events;

    /** A record with 8 bits of its hash above; 0 is empty. */
    private volatile int[] slots = new int[FIRST_SLOTS];

    private int terms;
    private int postings;

    /** For so many postings at most, of which one event may have several. */
    ActiveField(int maxPostings, boolean severalPerEvent) {
        previous = new int[(maxPostings >>> POSTING_CHUNK_BITS) + 1][];
        events = severalPerEvent ? new int[previous.length][] : null;
    }

    TermRecords records() {
        return records;
    }

    int postings() {
        return postings;
    }

    // ---- the adding thread's ----

    /**
     * Each of the events from {@code event} on has the term that stands somewhere in the bytes, or none where the length is
     * below 0. What will be needed is asked of the memory for all of them first, so that it is waited for once and not for
     * each.
     */
    void addAll(byte[] bytes, TermPlaces places, int count, int event) {
        int[] hashOf = places.hashes();
        int[] found = places.found();
        int[] table = slots;
        for (int i = 0; i < count; i++) {
            int length = places.length(i);
            hashOf[i] = length < 0 ? 0 : hashes.ofTerm(bytes, places.offset(i), length);
            found[i] = table[IndexHash.home(hashOf[i], table.length)];
        }
        for (int i = 0; i < count; i++) {
            int record = record(found[i]);
            found[i] = record != 0 && records.hash(record) == hashOf[i] ? record : 0;
        }
        for (int i = 0; i < count; i++) {
            int length = places.length(i);
            if (found[i] != 0 && length >= 0 && records.isTerm(found[i], hashOf[i], bytes, places.offset(i), length)) {
                addPosting(found[i], event + i);
            } else if (length >= 0) {
                add(hashOf[i], bytes, places.offset(i), length, event + i);
            }
        }
    }

    /** An event, not below those before it, has a term. */
    void add(byte[] bytes, int offset, int length, int event) {
        add(hashes.ofTerm(bytes, offset, length), bytes, offset, length, event);
    }

    private void add(int hash, byte[] bytes, int offset, int length, int event) {
        int[] table = slots;
        int at = IndexHash.home(hash, table.length);
        while (table[at] != 0) {
            int record = record(table[at]);
            if (hasTag(table[at], hash) && records.isTerm(record, hash, bytes, offset, length)) {
                addPosting(record, event);
                return;
            }
            at = at + 1 == table.length ? 0 : at + 1;
        }
        int record = records.add(hash, bytes, offset, length);
        addPosting(record, event);
        table[at] = slot(record, hash);
        if (++terms > table.length * MAX_LOAD) {
            enlarge(table.length * 2);
        }
    }

    private static int slot(int record, int hash) {
        return (hash << TermRecords.PLACE_BITS) | record;
    }

    private static int record(int slot) {
        return slot & ((1 << TermRecords.PLACE_BITS) - 1);
    }

    private static boolean hasTag(int slot, int hash) {
        return (slot ^ (hash << TermRecords.PLACE_BITS)) >>> TermRecords.PLACE_BITS == 0;
    }

    private void addPosting(int record, int event) {
        int last = records.last(record);
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
        records.setLast(record, posting);
    }

    private void enlarge(int length) {
        int[] larger = new int[length];
        for (int record = records.first(); record < records.end(); record = records.behind(record)) {
            int hash = records.hash(record);
            int at = IndexHash.home(hash, length);
            while (larger[at] != 0) {
                at = at + 1 == length ? 0 : at + 1;
            }
            larger[at] = slot(record, hash);
        }
        slots = larger;
    }

    // ---- any thread's ----

    /** The record of a term that begins below {@code limit}, or {@link FieldTerms#NONE}. */
    int find(byte[] term, int limit) {
        int hash = hashes.ofTerm(term, 0, term.length);
        int[] table = slots;
        int at = IndexHash.home(hash, table.length);
        while (true) {
            int slot = table[at];
            if (slot == 0) {
                return FieldTerms.NONE;
            }
            int record = record(slot);
            if (record < limit && hasTag(slot, hash) && records.isTerm(record, hash, term, 0, term.length)) {
                return record;
            }
            at = at + 1 == table.length ? 0 : at + 1;
        }
    }

    /** The events below {@code limit} that have a term. */
    Events events(int record, int limit) {
        return events(new int[] {record}, 0, 1, limit)[0];
    }

    /**
     * The same for so many terms: their postings are followed side by side, so that the memory is waited for once and not for
     * each.
     */
    Events[] events(int[] ofRecords, int from, int count, int limit) {
        int[] posting = new int[count];
        int[][] lists = new int[count][];
        int[] begin = new int[count];
        for (int i = 0; i < count; i++) {
            posting[i] = records.acquireLast(ofRecords[from + i]);
            // Read behind the last posting, so that it counts that at least.
            begin[i] = records.count(ofRecords[from + i]);
            lists[i] = new int[begin[i]];
        }
        boolean more = true;
        while (more) {
            more = false;
            for (int i = 0; i < count; i++) {
                int at = posting[i];
                if (at >= 0) {
                    int event = eventOf(at);
                    if (event < limit) {
                        lists[i][--begin[i]] = event;
                    }
                    posting[i] = before(at);
                    more = true;
                }
            }
        }
        Events[] events = new Events[count];
        Arrays.setAll(events, i -> Events.list(lists[i], begin[i], lists[i].length));
        return events;
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
