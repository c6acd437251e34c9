package io.evident.storage.segment;

import io.evident.event.Lane;
import io.evident.pipeline.journal.BlockInfo;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The descriptions of a shard's blocks, in order, 56 bytes each. The last ones are in the heap; those before are in a {@link SpillFile}, as a
 * shard has as many blocks as were ever written to it, and more than a heap has room for. Where there can be no such file, all stay in
 * the heap.
 *
 * <p>One thread appends; any thread reads what {@link #size} counts. Nothing is ever removed, nor changed in its place, so no
 * lock is needed: the volatile size publishes, and what is replaced is replaced by a copy.
 */
final class BlockDirectory implements AutoCloseable {
    /** Longs per block: position, first sequence, two times, length and count, epoch and incarnation, segment and lane. */
    static final int LONGS = 7;

    private static final Logger LOG = LoggerFactory.getLogger(BlockDirectory.class);
    private static final VarHandle CHUNK = MethodHandles.arrayElementVarHandle(long[][].class);
    static final int BLOCKS_PER_CHUNK = 1 << 10;
    /** The last so many stay in the heap: most that is asked for is new. */
    private static final int CHUNKS_KEPT = 16;

    private static final long LOW = 0xFFFF_FFFFL;

    private final List<Path> spillDirectories;
    /** {@code null} for one that is in the file. */
    private volatile long[][] chunks = new long[4][];

    private volatile int size;
    private volatile SpillFile spill;
    private boolean saidWhy;

    /** All in the heap. */
    BlockDirectory() {
        this(List.of());
    }

    /** @param spillDirectories where there may be a file; the first that can be written to is taken */
    BlockDirectory(List<Path> spillDirectories) {
        this.spillDirectories = spillDirectories;
    }

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
        int number = index / BLOCKS_PER_CHUNK;
        int at = index % BLOCKS_PER_CHUNK * LONGS;
        long[] chunk = (long[]) CHUNK.getAcquire(chunks, number);
        if (chunk != null) {
            return unpack(chunk, at);
        }
        long[] entry = new long[LONGS];
        spill.read(number, at, entry, 0, LONGS);
        return unpack(entry, 0);
    }

    /** Descriptions as they are packed, {@link #BLOCKS_PER_CHUNK} of them in each array but the last one. */
    long[][] entries(int from, int to) {
        long[][] entries = chunksFor(to - from);
        for (int copied = 0; copied < to - from; ) {
            int index = from + copied;
            int number = index / BLOCKS_PER_CHUNK;
            int into = copied % BLOCKS_PER_CHUNK;
            int begin = index % BLOCKS_PER_CHUNK;
            int count = Math.min(Math.min(BLOCKS_PER_CHUNK - begin, BLOCKS_PER_CHUNK - into), to - index);
            long[] chunk = (long[]) CHUNK.getAcquire(chunks, number);
            if (chunk == null) {
                spill.read(number, begin * LONGS, entries[copied / BLOCKS_PER_CHUNK], into * LONGS, count * LONGS);
            } else {
                System.arraycopy(chunk, begin * LONGS, entries[copied / BLOCKS_PER_CHUNK], into * LONGS, count * LONGS);
            }
            copied += count;
        }
        return entries;
    }

    /** Empty arrays for so many descriptions. */
    static long[][] chunksFor(int blocks) {
        long[][] empty = new long[(blocks + BLOCKS_PER_CHUNK - 1) / BLOCKS_PER_CHUNK][];
        for (int i = 0; i < empty.length; i++) {
            empty[i] = new long[Math.min(BLOCKS_PER_CHUNK, blocks - i * BLOCKS_PER_CHUNK) * LONGS];
        }
        return empty;
    }

    /** Puts other descriptions into the places from {@code from} on, which are counted already; they stay in the heap. */
    void replace(int from, List<BlockInfo> infos) {
        long[][] known = chunks.clone();
        int copied = -1;
        for (int i = 0; i < infos.size(); i++) {
            int number = (from + i) / BLOCKS_PER_CHUNK;
            if (number != copied) {
                known[number] = copy(known[number], number);
                copied = number;
            }
            pack(infos.get(i), known[number], (from + i) % BLOCKS_PER_CHUNK * LONGS);
        }
        chunks = known;
    }

    private long[] copy(long[] chunk, int number) {
        if (chunk != null) {
            return chunk.clone();
        }
        long[] copy = new long[BLOCKS_PER_CHUNK * LONGS];
        spill.read(number, 0, copy, 0, copy.length);
        return copy;
    }

    private long[] chunkFor(int index) {
        int number = index / BLOCKS_PER_CHUNK;
        long[][] known = chunks;
        if (index % BLOCKS_PER_CHUNK > 0) {
            return known[number];
        }
        if (number == known.length) {
            known = Arrays.copyOf(known, known.length * 2);
        }
        known[number] = new long[BLOCKS_PER_CHUNK * LONGS];
        chunks = known;
        spillBelow(number - CHUNKS_KEPT);
        return known[number];
    }

    /** What cannot be written is tried again with the next chunk. */
    private void spillBelow(int end) {
        try {
            while (spilled() < end) {
                if (spill == null) {
                    spill = newSpill();
                }
                if (spill == null) {
                    return;
                }
                int number = spill.chunks();
                spill.write(chunks[number]);
                // Behind what is in the file: whoever finds no chunk finds it there.
                CHUNK.setRelease(chunks, number, null);
            }
        } catch (IOException e) {
            tellOnce(e);
        }
    }

    /** Whether anything is in a file. */
    boolean isSpilled() {
        return spilled() > 0;
    }

    private int spilled() {
        return spill == null ? 0 : spill.chunks();
    }

    private SpillFile newSpill() {
        IOException why = null;
        for (Path directory : spillDirectories) {
            try {
                return SpillFile.in(directory, BLOCKS_PER_CHUNK * LONGS);
            } catch (IOException e) {
                why = e;
            }
        }
        if (why != null) {
            tellOnce(why);
        }
        return null;
    }

    private void tellOnce(IOException why) {
        if (!saidWhy) {
            saidWhy = true;
            LOG.warn(
                    "the places of blocks cannot be written to a file in {}; they stay in memory, {} bytes for each block",
                    spillDirectories,
                    LONGS * Long.BYTES,
                    why);
        }
    }

    @Override
    public void close() throws IOException {
        if (spill != null) {
            spill.close();
        }
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
