package io.evident.storage.blocks;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.storage.segment.EnvelopeLayout;
import java.util.Arrays;
import java.util.List;

/**
 * Blocks of a shard that stand one behind the other in one segment. Their descriptions are in the heap; once the segment is sealed they
 * may be {@link #letGo}, and are read from the seal. What is true of all of them stays in the heap.
 *
 * <p>One thread adds, replaces and lets go; any may tell once where they are sealed; any reads what the directory counts.
 */
final class BlockRun {
    /** A chunk grows by doubling from there. */
    private static final int FIRST_BLOCKS = 1 << 3;

    private final int firstBlock;
    private final BlockInfo first;

    /** In chunks of {@link BlockDirectory#BLOCKS_PER_CHUNK}; {@code null} once they were let go. */
    private volatile long[][] chunks = new long[1][];

    private volatile SealedEntries sealed;
    /** The adding thread's; for others as of the last block that the directory counts. */
    private int count;

    private long lastSequence;
    private long minTimeNs = Long.MAX_VALUE;
    private long maxTimeNs = Long.MIN_VALUE;
    private boolean isReplaced;
    private volatile boolean isToldUnreadable;

    BlockRun(int firstBlock, BlockInfo first) {
        this.firstBlock = firstBlock;
        this.first = first;
    }

    int firstBlock() {
        return firstBlock;
    }

    int endBlock() {
        return firstBlock + count;
    }

    int segment() {
        return first.segment();
    }

    int incarnation() {
        return first.incarnation();
    }

    long firstSequence() {
        return first.firstSequence();
    }

    /** Whether a block goes on with it. */
    boolean goesOnWith(BlockInfo next) {
        return next.segment() == segment() && next.incarnation() == incarnation() && chunks != null;
    }

    void add(BlockInfo info) {
        int number = count / BlockDirectory.BLOCKS_PER_CHUNK;
        int at = count % BlockDirectory.BLOCKS_PER_CHUNK * BlockDirectory.LONGS;
        long[][] known = chunks;
        if (number == known.length) {
            known = Arrays.copyOf(known, number * 2);
        }
        if (at == 0 || at == known[number].length) {
            // Many segments have a few blocks only.
            long[] chunk =
                    at == 0 ? new long[FIRST_BLOCKS * BlockDirectory.LONGS] : Arrays.copyOf(known[number], at * 2);
            known[number] = chunk;
            chunks = known;
        }
        BlockDirectory.pack(info, known[number], at);
        lastSequence = info.lastSequence();
        minTimeNs = Math.min(minTimeNs, info.minTimeNs());
        maxTimeNs = Math.max(maxTimeNs, info.maxTimeNs());
        count++;
    }

    /** Puts other descriptions into the places of blocks, which are in the heap. */
    void replace(int from, List<BlockInfo> infos) {
        long[][] known = chunks;
        if (known == null) {
            throw new IllegalStateException("block " + from + " is in " + sealed);
        }
        long[][] next = known.clone();
        for (int i = 0; i < infos.size(); i++) {
            int at = from - firstBlock + i;
            int number = at / BlockDirectory.BLOCKS_PER_CHUNK;
            if (next[number] == known[number]) {
                next[number] = known[number].clone();
            }
            BlockDirectory.pack(
                    infos.get(i), next[number], at % BlockDirectory.BLOCKS_PER_CHUNK * BlockDirectory.LONGS);
        }
        isReplaced = true;
        chunks = next;
    }

    /** Copies the packed description of a block that is in the heap. */
    void copy(int index, long[] to, int at) {
        int from = index - firstBlock;
        System.arraycopy(
                chunks[from / BlockDirectory.BLOCKS_PER_CHUNK],
                from % BlockDirectory.BLOCKS_PER_CHUNK * BlockDirectory.LONGS,
                to,
                at,
                BlockDirectory.LONGS);
    }

    /** A block in the heap, or {@code null} when it has to be read. */
    BlockInfo inHeap(int index) {
        long[][] known = chunks;
        int at = index - firstBlock;
        return known == null
                ? null
                : BlockDirectory.unpack(
                        known[at / BlockDirectory.BLOCKS_PER_CHUNK],
                        at % BlockDirectory.BLOCKS_PER_CHUNK * BlockDirectory.LONGS);
    }

    /** Its blocks are sealed; from now on they may be let go. */
    void sealed(SealedEntries entries) {
        sealed = entries;
    }

    /** Where its blocks are sealed, or {@code null}. */
    SealedEntries sealed() {
        return sealed;
    }

    /** Whether its blocks may be let go: the seal has all of them, as they are. */
    boolean canLetGo() {
        SealedEntries entries = sealed;
        return entries != null
                && !isReplaced
                && entries.are(first.segment(), count, first.firstSequence(), lastSequence);
    }

    void letGo() {
        chunks = null;
    }

    /** Whether it was not told before that its blocks cannot be read; now it is. */
    boolean tellUnreadable() {
        boolean first = !isToldUnreadable;
        isToldUnreadable = true;
        return first;
    }

    /**
     * What stands for each of its blocks while none can be read: it has the sequences and times of all, and is no place where
     * a block is, so that reading it fails.
     */
    BlockInfo standIn() {
        return new BlockInfo(
                first.segment(),
                0,
                EnvelopeLayout.ENVELOPE_BYTES,
                first.incarnation(),
                first.epoch(),
                first.lane(),
                first.firstSequence(),
                (int) Math.min(Integer.MAX_VALUE, lastSequence - first.firstSequence() + 1),
                minTimeNs,
                maxTimeNs);
    }
}
