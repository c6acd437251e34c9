package io.evident.storage.index.active;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.storage.index.part.IdSlots;

/**
 * What a part in memory knows of each event and each block. One thread adds; any thread reads what it has learned of through
 * a volatile: chunks are joined by others, and never changed behind it.
 */
final class ActiveColumns {
    private static final int EVENT_CHUNK_BITS = 14;
    private static final int EVENT_CHUNKS = ActivePart.MAX_EVENTS >>> EVENT_CHUNK_BITS;
    private static final int BLOCK_CHUNK_BITS = 10;
    private static final int BLOCK_CHUNKS = ActivePart.MAX_EVENTS >>> BLOCK_CHUNK_BITS;
    /** Per block: first event and length, smallest time, largest time, how small and large they are so far. */
    private static final int BLOCK_LONGS = 5;

    private static final int FIRST_SLOTS = 1 << 12;
    private static final int MOST_SLOTS = IdSlots.slotsFor(ActivePart.MAX_EVENTS);

    private final long[][] times = new long[EVENT_CHUNKS][];
    /** Where each event begins in its block; inverted, so below 0, where it was removed. */
    private final int[][] offsets = new int[EVENT_CHUNKS][];

    private final int[][] crcs = new int[EVENT_CHUNKS][];
    private final long[][] idHashes = new long[EVENT_CHUNKS][];
    private final long[][] blocks = new long[BLOCK_CHUNKS][];
    private volatile int[] idSlots = IdSlots.empty(FIRST_SLOTS);

    void addEvent(int event, long timeNs, int offset, int crc, long idHash) {
        int chunk = chunkOf(event);
        int at = eventAt(event);
        times[chunk][at] = timeNs;
        offsets[chunk][at] = offset;
        crcs[chunk][at] = crc;
        idHashes[chunk][at] = idHash;
    }

    /**
     * Lets the ids of events that were added lead to them: those of a block in one short loop, in which many of them wait for
     * the memory at a time.
     */
    void addIds(int first, int end) {
        int slots = idSlots.length;
        while (end > IdSlots.capacity(slots)) {
            // The largest is no larger than it has to be: a little more, and it would be a region of the heap by
            // itself.
            slots = Math.min(slots * 2, MOST_SLOTS);
        }
        if (slots > idSlots.length) {
            idSlots = idSlots(first, slots);
        }
        int[] table = idSlots;
        eachId(first, end, (event, hash) -> IdSlots.put(table, hash, event));
    }

    /**
     * Adds an event that was removed: no id leads to it, and nothing is known of its bytes.
     *
     * @param offset where what is left of it begins, behind its length; the event before it ends in front of that
     */
    void addRemoved(int event, long timeNs, int offset) {
        int chunk = chunkOf(event);
        int at = eventAt(event);
        times[chunk][at] = timeNs;
        offsets[chunk][at] = ~offset;
    }

    /** The chunk of an event, which is there then. */
    private int chunkOf(int event) {
        int chunk = event >>> EVENT_CHUNK_BITS;
        if (times[chunk] == null) {
            times[chunk] = new long[1 << EVENT_CHUNK_BITS];
            offsets[chunk] = new int[1 << EVENT_CHUNK_BITS];
            crcs[chunk] = new int[1 << EVENT_CHUNK_BITS];
            idHashes[chunk] = new long[1 << EVENT_CHUNK_BITS];
        }
        return chunk;
    }

    /** A table of so many slots with the first events, without those that were removed. */
    int[] idSlots(int events, int slotCount) {
        int[] slots = IdSlots.empty(slotCount);
        eachId(0, events, (event, hash) -> IdSlots.put(slots, hash, event));
        return slots;
    }

    /** Takes an event and the hash of its id. */
    interface Ids {
        void accept(int event, long hash);
    }

    /** Tells the events from one on to another, without those that were removed. */
    void eachId(int first, int end, Ids ids) {
        for (int event = first; event < end; event++) {
            int chunk = event >>> EVENT_CHUNK_BITS;
            if (offsets[chunk][eventAt(event)] >= 0) {
                ids.accept(event, idHashes[chunk][eventAt(event)]);
            }
        }
    }

    int[] idSlots() {
        return idSlots;
    }

    void addBlock(int block, int firstEvent, BlockInfo info) {
        int chunk = block >>> BLOCK_CHUNK_BITS;
        if (blocks[chunk] == null) {
            blocks[chunk] = new long[BLOCK_LONGS << BLOCK_CHUNK_BITS];
        }
        long[] to = blocks[chunk];
        int at = blockAt(block);
        to[at] = ((long) firstEvent << Integer.SIZE) | info.lengthBytes();
        to[at + 1] = info.minTimeNs();
        to[at + 2] = info.maxTimeNs();
        to[at + 3] = block == 0 ? info.minTimeNs() : Math.min(info.minTimeNs(), minTimeThrough(block - 1));
        to[at + 4] = block == 0 ? info.maxTimeNs() : Math.max(info.maxTimeNs(), maxTimeThrough(block - 1));
    }

    long timeNs(int event) {
        return times[event >>> EVENT_CHUNK_BITS][eventAt(event)];
    }

    int offset(int event) {
        int offset = offsets[event >>> EVENT_CHUNK_BITS][eventAt(event)];
        return offset < 0 ? ~offset : offset;
    }

    int crc(int event) {
        return crcs[event >>> EVENT_CHUNK_BITS][eventAt(event)];
    }

    int firstEvent(int block) {
        return (int) (blockLong(block, 0) >>> Integer.SIZE);
    }

    int lengthBytes(int block) {
        return (int) blockLong(block, 0);
    }

    long minTimeNs(int block) {
        return blockLong(block, 1);
    }

    long maxTimeNs(int block) {
        return blockLong(block, 2);
    }

    /** The smallest time of the blocks up to this one. */
    long minTimeThrough(int block) {
        return blockLong(block, 3);
    }

    /** The largest time of the blocks up to this one. */
    long maxTimeThrough(int block) {
        return blockLong(block, 4);
    }

    private long blockLong(int block, int which) {
        return blocks[block >>> BLOCK_CHUNK_BITS][blockAt(block) + which];
    }

    private static int eventAt(int event) {
        return event & ((1 << EVENT_CHUNK_BITS) - 1);
    }

    private static int blockAt(int block) {
        return (block & ((1 << BLOCK_CHUNK_BITS) - 1)) * BLOCK_LONGS;
    }
}
