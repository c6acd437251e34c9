package io.evident.storage.segment;

import io.evident.event.Lane;
import io.evident.pipeline.journal.BlockInfo;
import java.util.Arrays;
import java.util.List;

/**
 * The descriptions of a shard's blocks, in order, 56 bytes each and outside the garbage collector's concern. One thread
 * appends; any thread reads what {@link #size} counts. Nothing is ever removed, nor changed in its place, so no lock is
 * needed: the volatile size publishes, and what is replaced is replaced by a copy.
 */
final class BlockDirectory {
    /** Longs per block: position, first sequence, two times, length and count, epoch and incarnation, segment and lane. */
    static final int LONGS = 7;

    private static final int BLOCKS_PER_CHUNK = 1 << 10;
    private static final long LOW = 0xFFFF_FFFFL;

    private volatile long[][] chunks = new long[4][];
    private volatile int size;

    int size() {
        return size;
    }

    void add(BlockInfo info) {
        int index = size;
        pack(info, chunkFor(index), index % BLOCKS_PER_CHUNK * LONGS);
        size = index + 1;
    }

    BlockInfo get(int index) {
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException("block " + index + " of " + size);
        }
        return unpack(chunks[index / BLOCKS_PER_CHUNK], index % BLOCKS_PER_CHUNK * LONGS);
    }

    /** Puts other descriptions into the places from {@code from} on, which are counted already. */
    void replace(int from, List<BlockInfo> infos) {
        long[][] known = chunks.clone();
        int copied = -1;
        for (int i = 0; i < infos.size(); i++) {
            int number = (from + i) / BLOCKS_PER_CHUNK;
            if (number != copied) {
                known[number] = known[number].clone();
                copied = number;
            }
            pack(infos.get(i), known[number], (from + i) % BLOCKS_PER_CHUNK * LONGS);
        }
        chunks = known;
    }

    private long[] chunkFor(int index) {
        int number = index / BLOCKS_PER_CHUNK;
        long[][] known = chunks;
        if (number == known.length) {
            known = Arrays.copyOf(known, known.length * 2);
        }
        if (known[number] == null) {
            known[number] = new long[BLOCKS_PER_CHUNK * LONGS];
        }
        chunks = known;
        return known[number];
    }

    static void pack(BlockInfo info, long[] to, int at) {
        to[at] = info.position();
        to[at + 1] = info.firstSequence();
        to[at + 2] = info.minTimeNs();
        to[at + 3] = info.maxTimeNs();
        to[at + 4] = pair(info.lengthBytes(), info.count());
        to[at + 5] = pair(info.epoch(), info.incarnation());
        to[at + 6] = pair(info.segment(), info.lane().ordinal());
    }

    static BlockInfo unpack(long[] from, int at) {
        return new BlockInfo(
                high(from[at + 6]),
                from[at],
                high(from[at + 4]),
                low(from[at + 5]),
                high(from[at + 5]),
                Lane.ofCode(low(from[at + 6])),
                from[at + 1],
                low(from[at + 4]),
                from[at + 2],
                from[at + 3]);
    }

    private static long pair(int high, int low) {
        return ((long) high << Integer.SIZE) | (low & LOW);
    }

    private static int high(long pair) {
        return (int) (pair >>> Integer.SIZE);
    }

    private static int low(long pair) {
        return (int) pair;
    }
}
