package io.evident.pipeline.duplicate;

import com.dynatrace.hash4j.hashing.Hasher64;
import io.evident.pipeline.duplicate.Claim.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * One of the window's partitions: a young generation that takes new ids and an old one that is dropped when the young is
 * full, so that the last {@code capacity} ids are always known exactly. What of the old one is in flight still is carried
 * over into the next: an event that hangs is known for as long as it does, and holds up nobody.
 *
 * <p>A handle names the place of a claim where it was made, by generation and entry; only for those that were carried over
 * it has to be looked up where they are now.
 *
 * <p>Guarded by a latch of its own: held for some tens of nanoseconds, and for a turn as long as a table takes to be
 * cleared, never across anything that can wait, and one of many, so that a second thread hardly ever meets it. One that does
 * spins, then backs off by microseconds: the holder may have lost its core.
 */
final class WindowPartition {
    private static final int SPINS_BEFORE_BACK_OFF = 100;
    private static final long BACK_OFF_NS = 1_000;
    private static final int GENERATION_MASK = 0xFF_FFFF;
    private static final long NOWHERE = -1;

    private final AtomicBoolean latch = new AtomicBoolean();
    private final long maxAgeMs;
    private final Hasher64 placeHash;
    private IdTable young;
    private IdTable old;
    private int generation;
    private long youngNewestMs;
    private long oldNewestMs;
    private final Map<Long, List<JoinedDuplicate>> joined = new HashMap<>();
    /** Where the claims are that were carried over, by their handles. */
    private final Map<Long, Long> carried = new HashMap<>();

    WindowPartition(int capacity, long maxAgeMs, Hasher64 placeHash) {
        this.placeHash = placeHash;
        this.young = new IdTable(capacity);
        this.old = new IdTable(capacity);
        this.maxAgeMs = maxAgeMs;
    }

    /** Without the latch: whatever is read, nothing comes of it. */
    long look(long place) {
        return young.look(place) ^ old.look(place);
    }

    /** Without the latch, as {@link #look}. */
    long lookClaimed(long handle) {
        return young.lookAt(entryOf(handle));
    }

    Verdict claim(long place, long nowMs, boolean mayClaim, Claim claim) {
        long key1 = claim.key1();
        long key2 = claim.key2();
        long fingerprint = claim.fingerprint();
        lock();
        try {
            if (old.count() > 0 && oldNewestMs + maxAgeMs < nowMs && old.inFlight() == 0) {
                old.clear();
            }
            int entry = young.find(key1, key2, place);
            if (entry != IdTable.ABSENT && (mayClaim || young.state(entry) != IdTable.STATE_RELEASED)) {
                return judge(young, entry, generation, fingerprint, claim);
            }
            entry = old.find(key1, key2, place);
            // An id that was given up before begins anew among the young: it is one of the last ids now.
            if (entry != IdTable.ABSENT && old.state(entry) != IdTable.STATE_RELEASED) {
                return judge(old, entry, generation - 1, fingerprint, claim);
            }
            if (!mayClaim) {
                return claim.set(Verdict.UNCLAIMED, 0);
            }
            if (entry != IdTable.ABSENT && !old.mayRevive(entry, fingerprint)) {
                return claim.set(Verdict.CONFLICT, 0);
            }
            boolean doubtful = entry != IdTable.ABSENT && old.isDoubtful(entry);
            if (young.isFull() && !turn()) {
                return claim.set(Verdict.WINDOW_FULL, 0);
            }
            youngNewestMs = nowMs;
            int added = young.add(key1, key2, place, fingerprint);
            if (doubtful) {
                young.doubt(added);
                claim.setDoubtful();
            }
            return claim.set(Verdict.NEW, claimed(young, added, generation));
        } finally {
            unlock();
        }
    }

    private static Verdict judge(IdTable table, int entry, int ofGeneration, long fingerprint, Claim claim) {
        int state = table.state(entry);
        if (state == IdTable.STATE_RELEASED && !table.mayRevive(entry, fingerprint)) {
            return claim.set(Verdict.CONFLICT, 0);
        }
        if (state == IdTable.STATE_RELEASED) {
            table.revive(entry, fingerprint);
            if (table.isDoubtful(entry)) {
                claim.setDoubtful();
            }
            return claim.set(Verdict.NEW, claimed(table, entry, ofGeneration));
        }
        if (table.fingerprint(entry) != fingerprint) {
            return claim.set(Verdict.CONFLICT, 0);
        }
        if (state == IdTable.STATE_IN_FLIGHT) {
            return claim.set(Verdict.IN_FLIGHT, table.handle(entry));
        }
        return claim.setStored(table.shard(entry), table.sequence(entry), table.lane(entry));
    }

    private static long claimed(IdTable table, int entry, int ofGeneration) {
        long handle = handle(ofGeneration, entry);
        table.claimedAs(entry, handle);
        return handle;
    }

    /**
     * Makes the young generation the old one, and begins the next with what of the one before is in flight; false when that
     * is more than can be carried over.
     */
    private boolean turn() {
        if (!old.canBeCarriedOver()) {
            return false;
        }
        IdTable emptied = old;
        long[] inFlight = emptied.copyOfInFlight();
        emptied.clear();
        old = young;
        oldNewestMs = youngNewestMs;
        young = emptied;
        generation++;
        for (int i = 0; i < inFlight.length; i += IdTable.LONGS) {
            int entry = young.carry(inFlight, i, placeHash.hashLongLongToLong(inFlight[i], inFlight[i + 1]));
            carried.put(young.handle(entry), handle(generation, entry));
        }
        return true;
    }

    /** Adds a duplicate to the same event in flight, and counts it so; false when that is in flight no longer. */
    boolean join(long handle, Claim claim, JoinedDuplicate duplicate) {
        lock();
        try {
            // Since the claim the first one may have been given up, and its place taken by other content or another id.
            long at = isGone(handle) ? carried.getOrDefault(handle, NOWHERE) : handle;
            if (at == NOWHERE
                    || !tableOf(at).isInFlight(entryOf(at), claim.key1(), claim.key2(), claim.fingerprint())) {
                return false;
            }
            duplicate.counters().countPublished();
            joined.computeIfAbsent(handle, key -> new ArrayList<>()).add(duplicate);
            return true;
        } finally {
            unlock();
        }
    }

    /** The claimed event was journaled; returns who joined it, or {@code null}. */
    List<JoinedDuplicate> resolve(long handle, int shard, long sequence, int lane) {
        lock();
        try {
            long at = settle(handle);
            if (at != NOWHERE) {
                tableOf(at).store(entryOf(at), shard, sequence, lane);
            }
            return joined.isEmpty() ? null : joined.remove(handle);
        } finally {
            unlock();
        }
    }

    /** An event at a position of the emergency journal has its place in the shard's order now. */
    void relocate(long key1, long key2, long place, int shard, long sequence, int lane) {
        lock();
        try {
            relocate(young, young.find(key1, key2, place), shard, sequence, lane);
            relocate(old, old.find(key1, key2, place), shard, sequence, lane);
        } finally {
            unlock();
        }
    }

    private static void relocate(IdTable table, int entry, int shard, long sequence, int lane) {
        if (entry != IdTable.ABSENT
                && table.state(entry) == IdTable.STATE_STORED
                && table.lane(entry) == IdTable.EMERGENCY
                && table.shard(entry) == shard) {
            table.move(entry, shard, sequence, lane);
        }
    }

    /** Whether an id is stored with this content and a sequence, not only at a position of an emergency journal. */
    boolean hasSequence(long key1, long key2, long place, long fingerprint) {
        lock();
        try {
            return hasSequence(young, young.find(key1, key2, place), fingerprint)
                    || hasSequence(old, old.find(key1, key2, place), fingerprint);
        } finally {
            unlock();
        }
    }

    private static boolean hasSequence(IdTable table, int entry, long fingerprint) {
        return entry != IdTable.ABSENT
                && table.state(entry) == IdTable.STATE_STORED
                && table.fingerprint(entry) == fingerprint
                && table.lane(entry) != IdTable.EMERGENCY;
    }

    /** The claim is given up, in doubt or for certain; returns who joined it, or {@code null}. */
    List<JoinedDuplicate> release(long handle, boolean doubtful) {
        lock();
        try {
            long at = settle(handle);
            if (at != NOWHERE && doubtful) {
                tableOf(at).doubt(entryOf(at));
            }
            if (at != NOWHERE) {
                tableOf(at).release(entryOf(at));
            }
            return joined.isEmpty() ? null : joined.remove(handle);
        } finally {
            unlock();
        }
    }

    /** Ids that are remembered. */
    int count() {
        lock();
        try {
            return young.count() + old.count();
        } finally {
            unlock();
        }
    }

    /** Where the entry of a claim is that is settled now; nowhere when that has been done before, and it is forgotten. */
    private long settle(long handle) {
        if (!isGone(handle)) {
            return handle;
        }
        Long at = carried.remove(handle);
        return at == null ? NOWHERE : at;
    }

    /** Whether the generation of a handle is neither the young nor the old one. */
    private boolean isGone(long handle) {
        return ((generation - generationOf(handle)) & GENERATION_MASK) > 1;
    }

    private IdTable tableOf(long at) {
        return generationOf(at) == (generation & GENERATION_MASK) ? young : old;
    }

    private static int generationOf(long handle) {
        return (int) (handle >>> 32) & GENERATION_MASK;
    }

    private static int entryOf(long at) {
        return (int) at;
    }

    /** 24 bits of generation, 32 of entry; the window adds the partition above. */
    private static long handle(int ofGeneration, int entry) {
        return ((long) (ofGeneration & GENERATION_MASK) << 32) | entry;
    }

    private void lock() {
        int spins = 0;
        while (!latch.compareAndSet(false, true)) {
            if (++spins < SPINS_BEFORE_BACK_OFF) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(BACK_OFF_NS);
            }
        }
    }

    private void unlock() {
        // Without a fence: one would wait until what was written to a table has its place in the processor's cache.
        latch.setRelease(false);
    }
}
