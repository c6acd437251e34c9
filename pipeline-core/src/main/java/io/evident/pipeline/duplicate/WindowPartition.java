package io.evident.pipeline.duplicate;

import io.evident.pipeline.duplicate.Claim.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * One of the window's partitions: a young generation that takes new ids and an old one that is dropped when the young is
 * full, so that the last {@code capacity} ids are always known exactly.
 *
 * <p>Guarded by a latch of its own: held for some tens of nanoseconds, never across anything that can wait, and one of
 * many, so that a second thread hardly ever meets it. One that does spins, then backs off by microseconds: the holder may
 * have lost its core.
 */
final class WindowPartition {
    private static final int SPINS_BEFORE_BACK_OFF = 100;
    private static final long BACK_OFF_NS = 1_000;

    private final AtomicBoolean latch = new AtomicBoolean();
    private final long maxAgeMs;
    private IdTable young;
    private IdTable old;
    private int generation;
    private long youngNewestMs;
    private long oldNewestMs;
    private Map<Long, List<JoinedDuplicate>> joined = new HashMap<>();

    WindowPartition(int capacity, long maxAgeMs) {
        this.young = new IdTable(capacity);
        this.old = new IdTable(capacity);
        this.maxAgeMs = maxAgeMs;
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
            }
            return claim.set(Verdict.NEW, handle(generation, added));
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
            return claim.set(Verdict.NEW, handle(ofGeneration, entry));
        }
        if (table.fingerprint(entry) != fingerprint) {
            return claim.set(Verdict.CONFLICT, 0);
        }
        if (state == IdTable.STATE_IN_FLIGHT) {
            return claim.set(Verdict.IN_FLIGHT, handle(ofGeneration, entry));
        }
        return claim.setStored(table.shard(entry), table.sequence(entry), table.lane(entry));
    }

    /** Makes the young generation the old one. Not while an id of the old one is in flight: its handle must stay good. */
    private boolean turn() {
        if (old.inFlight() > 0) {
            return false;
        }
        IdTable emptied = old;
        emptied.clear();
        old = young;
        oldNewestMs = youngNewestMs;
        young = emptied;
        generation++;
        return true;
    }

    /** Adds a duplicate to the same event in flight, and counts it so; false when that is in flight no longer. */
    boolean join(long handle, Claim claim, JoinedDuplicate duplicate) {
        lock();
        try {
            // Since the claim the first one may have been given up, and its place taken by other content or another id.
            if (!tableOf(handle).isInFlight(entryOf(handle), claim.key1(), claim.key2(), claim.fingerprint())) {
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
            tableOf(handle).store(entryOf(handle), shard, sequence, lane);
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
            if (doubtful) {
                tableOf(handle).doubt(entryOf(handle));
            }
            tableOf(handle).release(entryOf(handle));
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

    private IdTable tableOf(long handle) {
        int ofGeneration = (int) (handle >>> 32) & 0xFF_FFFF;
        return ofGeneration == (generation & 0xFF_FFFF) ? young : old;
    }

    private static int entryOf(long handle) {
        return (int) handle;
    }

    /** 24 bits of generation, 32 of entry; the window adds the partition above. */
    private static long handle(int ofGeneration, int entry) {
        return ((long) (ofGeneration & 0xFF_FFFF) << 32) | entry;
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
        latch.set(false);
    }
}
