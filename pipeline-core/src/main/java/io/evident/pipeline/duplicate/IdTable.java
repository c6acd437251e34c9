package io.evident.pipeline.duplicate;

import java.util.Arrays;

/**
 * One generation of ids: a fixed open-addressing table of four longs per entry - two of key, fingerprint, place. Entries
 * are added and changed, never removed; a whole generation is cleared at once. Not thread-safe: its partition guards it.
 *
 * <p>A byte of each slot stands apart: 0 where it is empty, else seven bits of the key's hash. An id that is not there, as
 * nearly all are, is told by these alone, a 32nd of the table, which stays in the processor's caches.
 *
 * <pre>
 *   place: 63..62 state | 61..60 lane | 59..48 shard | 47..0 sequence; where the lane is 3, emergency position
 *   state: 1 in flight, 2 stored, 3 released (the claim was given up; the id may be claimed again)
 *   while in flight, 56..1 the claim's handle
 *   while in flight or released, 0 doubtful - the event may be stored all the same, so the id may be claimed again by the
 *   same content only
 * </pre>
 */
final class IdTable {
    static final int ABSENT = -1;
    static final int STATE_IN_FLIGHT = 1;
    static final int STATE_STORED = 2;
    static final int STATE_RELEASED = 3;
    /** In place of a lane: a CRITICAL event that has a position in the emergency journal, and no sequence yet. */
    static final int EMERGENCY = 3;

    private static final byte EMPTY = 0;
    private static final long DOUBTFUL = 1;
    /** Of an entry. */
    static final int LONGS = 4;

    private static final long[] NONE = {};
    private static final int HANDLE_SHIFT = 1;
    private static final long HANDLE_MASK = (1L << 56) - 1;
    private static final int SEQUENCE_BITS = 48;
    private static final int SHARD_BITS = 12;
    private static final int STATE_SHIFT = 62;
    private static final int LANE_SHIFT = 60;

    private final long[] longs;
    private final byte[] tags;
    private final int slots;
    private final int capacity;
    private int count;
    private int inFlight;
    private int carried;

    /**
     * @param capacity most ids, beside those carried over; the table is two thirds full then, five sixths at the most
     */
    IdTable(int capacity) {
        this.capacity = capacity;
        this.slots = capacity + capacity / 2 + 1;
        this.longs = new long[slots * LONGS];
        this.tags = new byte[slots];
    }

    boolean isFull() {
        return count - carried == capacity;
    }

    int count() {
        return count;
    }

    int inFlight() {
        return inFlight;
    }

    /** The entry of a key, or {@link #ABSENT}. */
    int find(long key1, long key2, long place) {
        byte tag = tag(place);
        for (int slot = home(place); ; slot = next(slot)) {
            byte there = tags[slot];
            if (there == EMPTY) {
                return ABSENT;
            }
            int at = slot * LONGS;
            if (there == tag && longs[at] == key1 && longs[at + 1] == key2) {
                return slot;
            }
        }
    }

    /** Reads what {@link #find} and {@link #add} begin with. */
    long look(long place) {
        int slot = home(place);
        return tags[slot] ^ longs[slot * LONGS];
    }

    /** Reads an entry. */
    long lookAt(int entry) {
        return longs[entry * LONGS + 3];
    }

    /** Adds a key that is not there, in flight; the table must not be full. */
    int add(long key1, long key2, long place, long fingerprint) {
        int slot = home(place);
        while (tags[slot] != EMPTY) {
            slot = next(slot);
        }
        tags[slot] = tag(place);
        int at = slot * LONGS;
        longs[at] = key1;
        longs[at + 1] = key2;
        longs[at + 2] = fingerprint;
        longs[at + 3] = (long) STATE_IN_FLIGHT << STATE_SHIFT;
        count++;
        inFlight++;
        return slot;
    }

    /** Under which handle an entry in flight was claimed. */
    void claimedAs(int entry, long handle) {
        longs[entry * LONGS + 3] |= handle << HANDLE_SHIFT;
    }

    /** The handle of an entry in flight. */
    long handle(int entry) {
        return (longs[entry * LONGS + 3] >>> HANDLE_SHIFT) & HANDLE_MASK;
    }

    /** Whether all that is in flight finds room in a table of this capacity beside what that is laid out for. */
    boolean canBeCarriedOver() {
        return inFlight <= capacity / 4;
    }

    /** The entries in flight, one after the other. */
    long[] copyOfInFlight() {
        if (inFlight <= 0) {
            return NONE;
        }
        long[] copy = new long[inFlight * LONGS];
        int copied = 0;
        for (int slot = 0; slot < slots && copied < copy.length; slot++) {
            if (tags[slot] != EMPTY && state(slot) == STATE_IN_FLIGHT) {
                System.arraycopy(longs, slot * LONGS, copy, copied, LONGS);
                copied += LONGS;
            }
        }
        return copy;
    }

    /** Takes over an entry of another table, whose key is not there; returns where it is now. */
    int carry(long[] from, int offset, long place) {
        int slot = add(from[offset], from[offset + 1], place, from[offset + 2]);
        longs[slot * LONGS + 3] = from[offset + 3];
        carried++;
        return slot;
    }

    /** Claims a released entry again, for whatever content comes now; a doubtful one stays so. */
    void revive(int entry, long fingerprint) {
        longs[entry * LONGS + 2] = fingerprint;
        longs[entry * LONGS + 3] = ((long) STATE_IN_FLIGHT << STATE_SHIFT) | (longs[entry * LONGS + 3] & DOUBTFUL);
        inFlight++;
    }

    void store(int entry, int shard, long sequence, int lane) {
        move(entry, shard, sequence, lane);
        inFlight--;
    }

    /** Gives a stored id another place. */
    void move(int entry, int shard, long sequence, int lane) {
        longs[entry * LONGS + 3] = ((long) STATE_STORED << STATE_SHIFT)
                | ((long) lane << LANE_SHIFT)
                | ((long) shard << SEQUENCE_BITS)
                | sequence;
    }

    void release(int entry) {
        longs[entry * LONGS + 3] = ((long) STATE_RELEASED << STATE_SHIFT) | (longs[entry * LONGS + 3] & DOUBTFUL);
        inFlight--;
    }

    /** The event of an entry in flight or released may be stored all the same. */
    void doubt(int entry) {
        longs[entry * LONGS + 3] |= DOUBTFUL;
    }

    /** Whether a released entry's id may be claimed by this content. */
    boolean mayRevive(int entry, long fingerprint) {
        return (longs[entry * LONGS + 3] & DOUBTFUL) == 0 || fingerprint(entry) == fingerprint;
    }

    boolean isDoubtful(int entry) {
        return (longs[entry * LONGS + 3] & DOUBTFUL) != 0;
    }

    int state(int entry) {
        return (int) (longs[entry * LONGS + 3] >>> STATE_SHIFT);
    }

    boolean isInFlight(int entry, long key1, long key2, long fingerprint) {
        int at = entry * LONGS;
        return state(entry) == STATE_IN_FLIGHT
                && longs[at] == key1
                && longs[at + 1] == key2
                && longs[at + 2] == fingerprint;
    }

    long fingerprint(int entry) {
        return longs[entry * LONGS + 2];
    }

    int lane(int entry) {
        return (int) (longs[entry * LONGS + 3] >>> LANE_SHIFT) & 3;
    }

    int shard(int entry) {
        return (int) (longs[entry * LONGS + 3] >>> SEQUENCE_BITS) & ((1 << SHARD_BITS) - 1);
    }

    long sequence(int entry) {
        return longs[entry * LONGS + 3] & ((1L << SEQUENCE_BITS) - 1);
    }

    void clear() {
        // What the entries hold is written over, when they are taken again.
        Arrays.fill(tags, EMPTY);
        count = 0;
        inFlight = 0;
        carried = 0;
    }

    /** By the lower half of the place, which is a hash nobody can foresee. */
    private int home(long place) {
        return (int) (((place & 0xFFFF_FFFFL) * slots) >>> 32);
    }

    /** By bits that neither the slot nor the partition goes by; never that of an empty slot. */
    private static byte tag(long place) {
        return (byte) (place >>> 32 | 0x80);
    }

    private int next(int slot) {
        return slot + 1 == slots ? 0 : slot + 1;
    }
}
