package io.evident.pipeline.duplicate;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import io.evident.event.EventField;
import io.evident.event.EventLayout;
import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.pipeline.duplicate.Claim.Verdict;
import java.util.List;

/**
 * Knows the ids of the last events, so that an event which is sent twice is stored once: the last {@code windowIds} ids
 * for certain, about twice as many in fact; the older half is dropped {@code maxAgeMs} after it was last added to, unless
 * some of it is in flight; when the window turns, these are kept, up to a quarter of {@code windowIds}. Keeps some 50 bytes
 * for each id it is laid out for, twice, and some to spare. Thread-safe; neither blocks nor allocates, except where a duplicate
 * of an event in flight joins it, and for ids in flight that outlast a half of the window.
 *
 * <p>Ids are unique per tenant: the key is the id, mixed with a hash of the tenant. Content is compared by a 64-bit
 * fingerprint of everything the sender supplied. All hashes (XXH3) are seeded with a secret of this process, so nobody can
 * prepare two contents that look the same, or ids that all fall into one place.
 */
public final class DuplicateWindow {
    private static final int PARTITIONS = 64;
    private static final int PARTITION_SHIFT = 56;
    private static final long WITHOUT_PARTITION = (1L << PARTITION_SHIFT) - 1;

    private final WindowPartition[] partitions = new WindowPartition[PARTITIONS];
    private final Hasher64 tenantHash;
    private final Hasher64 contentHash;
    private final Hasher64 placeHash;

    /**
     * @param windowIds ids that are remembered at the least
     * @param maxAgeMs how long an id is remembered at the least, as far as the count allows
     * @param seed a secret random number
     */
    public DuplicateWindow(int windowIds, long maxAgeMs, long seed) {
        placeHash = Hashing.xxh3_64(Long.rotateLeft(seed, 32) ^ 0x2545_F491_4F6C_DD1DL);
        int mean = (windowIds + PARTITIONS - 1) / PARTITIONS;
        // Ids fall into partitions by chance: eight standard deviations more than the mean are never exceeded.
        int perPartition = mean + (int) (8 * Math.sqrt(mean)) + 16;
        for (int i = 0; i < PARTITIONS; i++) {
            partitions[i] = new WindowPartition(perPartition, maxAgeMs, placeHash);
        }
        tenantHash = Hashing.xxh3_64(seed);
        contentHash = Hashing.xxh3_64(seed ^ 0x5DEE_CE66_D123_4567L);
    }

    /**
     * Asks for an id, and claims it when it is new. A NEW claim has to end in {@link #resolve} or {@link #release}.
     *
     * @param event supplies tenant and content; stamped or not makes no difference
     * @param claim receives the answer
     */
    public Verdict claim(EventView event, long idHigh, long idLow, long nowMs, Claim claim) {
        return ask(event, idHigh, idLow, nowMs, true, claim);
    }

    /**
     * Asks for an id without claiming it: a new one is UNCLAIMED. For an event that is going to be refused, so that many of
     * them do not push stored ids out of the window.
     */
    public Verdict lookUp(EventView event, long idHigh, long idLow, long nowMs, Claim claim) {
        return ask(event, idHigh, idLow, nowMs, false, claim);
    }

    private Verdict ask(EventView event, long idHigh, long idLow, long nowMs, boolean mayClaim, Claim claim) {
        long tenant = tenant(event);
        long key1 = key1(idHigh, tenant);
        long key2 = key2(idLow, tenant);
        long place = placeHash.hashLongLongToLong(key1, key2);
        int partition = partition(place);
        claim.ask(key1, key2, fingerprint(event));
        Verdict verdict = partitions[partition].claim(place, nowMs, mayClaim, claim);
        if (verdict == Verdict.NEW || verdict == Verdict.IN_FLIGHT) {
            claim.set(verdict, claim.handle() | ((long) partition << PARTITION_SHIFT));
        }
        return verdict;
    }

    /**
     * Reads of the tables what {@link #claim} will read of them; many such reads wait for the memory at a time: those of
     * {@link Claim#EXPECTED} events, when the last of so many was named. Returns whether it was.
     */
    public boolean expect(EventView event, Claim claim) {
        long tenant = tenant(event);
        long place = placeHash.hashLongLongToLong(key1(event.idHigh(), tenant), key2(event.idLow(), tenant));
        if (!claim.expect(place)) {
            return false;
        }
        lookAll(claim);
        return true;
    }

    /** Reads what {@link #resolve} will write to. The writer may do so for many claims before it resolves the first. */
    public long look(long handle) {
        return of(handle).lookClaimed(handle & WITHOUT_PARTITION);
    }

    /** In one short loop: only then do many of them wait at a time. */
    private void lookAll(Claim claim) {
        long looked = 0;
        for (long place : claim.expected()) {
            looked ^= partitions[partition(place)].look(place);
        }
        claim.looked(looked);
    }

    private long tenant(EventView event) {
        return tenantHash.hashBytesToLong(
                event.bytes(), event.fieldOffset(EventField.TENANT), event.fieldLength(EventField.TENANT));
    }

    /** All that the sender supplied but the id: the same before and after the server filled in its part. */
    private long fingerprint(EventView event) {
        long content = contentHash.hashBytesToLong(
                event.bytes(),
                event.offset() + EventLayout.FLAGS_OFFSET,
                event.suppliedLength() - EventLayout.FLAGS_OFFSET);
        return event.timeAbsent() ? content : content ^ (event.timeNs() * 0xD6E8_FEB8_6659_FD93L);
    }

    /**
     * Lets a duplicate wait for the answer of the event in flight, and counts it as in flight meanwhile; false when that
     * has just been answered, and the claim is to be asked for again.
     */
    public boolean join(Claim claim, JoinedDuplicate duplicate) {
        return of(claim.handle()).join(claim.handle() & WITHOUT_PARTITION, claim, duplicate);
    }

    /** The claimed event was journaled; returns the duplicates that joined it, or {@code null} when there are none. */
    public List<JoinedDuplicate> resolve(long handle, int shard, long sequence, Lane lane) {
        return of(handle).resolve(handle & WITHOUT_PARTITION, shard, sequence, lane.ordinal());
    }

    /** Like {@link #resolve}, for an event that is at a position of the shard's emergency journal. */
    public List<JoinedDuplicate> resolveEmergency(long handle, int shard, long position) {
        return of(handle).resolve(handle & WITHOUT_PARTITION, shard, position, IdTable.EMERGENCY);
    }

    /** An event of the emergency journal was folded into its shard's journal: it has a sequence now. */
    public void relocate(EventView event, int shard, long sequence, Lane lane) {
        long tenant = tenant(event);
        long key1 = key1(event.idHigh(), tenant);
        long key2 = key2(event.idLow(), tenant);
        long place = placeHash.hashLongLongToLong(key1, key2);
        partitions[partition(place)].relocate(key1, key2, place, shard, sequence, lane.ordinal());
    }

    /** Whether this very event is known to be in its shard's journal, with a sequence. */
    public boolean hasSequence(EventView event) {
        long tenant = tenant(event);
        long key1 = key1(event.idHigh(), tenant);
        long key2 = key2(event.idLow(), tenant);
        long place = placeHash.hashLongLongToLong(key1, key2);
        return partitions[partition(place)].hasSequence(key1, key2, place, fingerprint(event));
    }

    private static long key1(long idHigh, long tenant) {
        return idHigh ^ tenant;
    }

    private static long key2(long idLow, long tenant) {
        return idLow ^ Long.rotateLeft(tenant, 23);
    }

    private static int partition(long place) {
        return (int) (place >>> 58);
    }

    /** The claimed event was not journaled; returns the duplicates that joined it, or {@code null}. */
    public List<JoinedDuplicate> release(long handle) {
        return of(handle).release(handle & WITHOUT_PARTITION, false);
    }

    /**
     * Nobody knows whether the claimed event was journaled: its id may be claimed again by the same content only, until the
     * next start finds out. Returns the duplicates that joined it, or {@code null}.
     */
    public List<JoinedDuplicate> releaseInDoubt(long handle) {
        return of(handle).release(handle & WITHOUT_PARTITION, true);
    }

    /** Ids that are remembered now, those in flight included. */
    public long count() {
        long count = 0;
        for (WindowPartition partition : partitions) {
            count += partition.count();
        }
        return count;
    }

    private WindowPartition of(long handle) {
        return partitions[(int) (handle >>> PARTITION_SHIFT)];
    }
}
