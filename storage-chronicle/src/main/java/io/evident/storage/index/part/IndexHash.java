package io.evident.storage.index.part;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import io.evident.pipeline.journal.BlockInfo;
import java.security.SecureRandom;

/**
 * The hashes of a part, by a seed that nobody outside can know: else a sender could choose values that all meet in one place.
 * Those of files belong to the format. Immutable.
 */
public final class IndexHash {
    /** The state of a fingerprint before the first block. */
    public static final long NO_BLOCKS = 0;

    private static final IndexHash OF_PROCESS = new IndexHash(new SecureRandom().nextLong());
    private static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L;

    private final long seed;
    private final Hasher64 xxh3;

    /** With the seed of a file. */
    public IndexHash(long seed) {
        this.seed = seed;
        this.xxh3 = Hashing.xxh3_64(seed);
    }

    /** With the seed that this process drew. */
    public static IndexHash ofProcess() {
        return OF_PROCESS;
    }

    /** What a file has to keep, so that its hashes can be made again. */
    public long seed() {
        return seed;
    }

    /** Of a term: the upper half of its XXH3 of 64 bits. */
    public int ofTerm(byte[] bytes, int offset, int length) {
        return (int) (xxh3.hashBytesToLong(bytes, offset, length) >>> Integer.SIZE);
    }

    /** Of a term of a field, of which {@link #ofTerm} gave a hash: all of its bits differ from those of other fields. */
    public static long ofTermIn(IndexField field, int termHash) {
        return mix(((field.ordinal() + 1L) << Integer.SIZE) | (termHash & 0xFFFF_FFFFL));
    }

    /** Of an event's id. */
    public long ofId(long high, long low) {
        return mix(mix(low + seed) ^ high);
    }

    /** The slot that a hash begins at, in a table of so many: the upper half of their product. */
    public static int home(int hash, int slots) {
        return (int) (((hash & 0xFFFF_FFFFL) * slots) >>> Integer.SIZE);
    }

    /**
     * The fingerprint of a run of blocks with one block more. Where a block stands does not count: it may have been written
     * again on a standby volume.
     */
    public static long fingerprint(long before, BlockInfo block) {
        long hash = mix(before ^ (block.firstSequence() + GOLDEN));
        hash = mix(hash ^ (((long) block.lengthBytes() << Integer.SIZE) | block.count()));
        hash = mix(hash ^ block.minTimeNs());
        return mix(hash ^ Long.rotateLeft(block.maxTimeNs(), 1)) + GOLDEN;
    }

    /** The finalizer of MurmurHash3 (Appleby): each bit of the input changes half of the output's. */
    private static long mix(long value) {
        long hash = value;
        hash = (hash ^ (hash >>> 33)) * 0xFF51_AFD7_ED55_8CCDL;
        hash = (hash ^ (hash >>> 33)) * 0xC4CE_B9FE_1A85_EC53L;
        return hash ^ (hash >>> 33);
    }
}
