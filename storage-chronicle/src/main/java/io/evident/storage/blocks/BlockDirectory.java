package io.evident.storage.blocks;

import io.evident.event.Lane;
import io.evident.pipeline.journal.BlockInfo;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/**
 * The descriptions of a shard's blocks, in order, 56 bytes each, in a {@link BlockRun} for each segment. Those of segments that are
 * not sealed, and the last {@value #BLOCKS_KEPT} of the others, are in the heap; what is older is read from the seals, as a shard has more blocks
 * than a heap has room for.
 *
 * <p>One thread adds and replaces, any may tell once for each run that it is sealed; any thread reads what {@link #size} counts. Nothing is
 * ever removed, nor changed in its place, so no lock is needed: the volatile size publishes, and what is replaced is replaced
 * by a copy.
 */
final class BlockDirectory {
    /** Longs per block: position, first sequence, two times, length and count, epoch and incarnation, segment and lane. */
    static final int LONGS = 7;

    static final int BLOCKS_PER_CHUNK = 1 << 10;
    /** Blocks are written again while they are not forced, at most 4,096 of them. */
    static final int BLOCKS_KEPT = 1 << 14;

    private static final int UNITS_CACHED = 1 << 9;
    private static final long LOW = 0xFFFF_FFFFL;

    private final int blocksKept;
    /** Runs that are in the heap but for the one that blocks are added to, the oldest first. The adding thread's. */
    private final Deque<BlockRun> heldRuns = new ArrayDeque<>();

    private final AtomicReferenceArray<Unit> units = new AtomicReferenceArray<>(UNITS_CACHED);
    private volatile BlockRun[] runs = {};
    private volatile int size;

    /** What was read of a seal. */
    private static final class Unit {
        final SealedEntries of;
        final int number;
        final long[] longs;

        Unit(SealedEntries of, int number, long[] longs) {
            this.of = of;
            this.number = number;
            this.longs = longs;
        }
    }

    BlockDirectory() {
        this(BLOCKS_KEPT);
    }

    /** @param blocksKept how many of the last blocks are in the heap in any case */
    BlockDirectory(int blocksKept) {
        this.blocksKept = blocksKept;
    }

    int size() {
        return size;
    }

    void add(BlockInfo info) {
        int index = size;
        BlockRun[] known = runs;
        BlockRun last = known.length == 0 ? null : known[known.length - 1];
        if (last == null || !last.goesOnWith(info)) {
            if (last != null) {
                heldRuns.addLast(last);
            }
            BlockRun[] more = Arrays.copyOf(known, known.length + 1);
            last = new BlockRun(index, info);
            more[known.length] = last;
            last.add(info);
            runs = more;
        } else {
            last.add(info);
        }
        size = index + 1;
        if ((index + 1) % BLOCKS_PER_CHUNK == 0) {
            letGo();
        }
    }

    /** Whatever is sealed and old goes. */
    private void letGo() {
        for (Iterator<BlockRun> oldest = heldRuns.iterator(); oldest.hasNext(); ) {
            BlockRun run = oldest.next();
            if (run.endBlock() > size - blocksKept) {
                return;
            }
            if (run.canLetGo()) {
                run.letGo();
                oldest.remove();
            }
        }
    }

    /**
     * A block's description.
     *
     * @throws IOException when it is in a seal and cannot be read
     */
    BlockInfo get(int index) throws IOException {
        BlockRun run = runOf(index);
        BlockInfo inHeap = run.inHeap(index);
        return inHeap != null ? inHeap : read(run, index - run.firstBlock());
    }

    private BlockInfo read(BlockRun run, int at) throws IOException {
        SealedEntries sealed = run.sealed();
        int number = at / SealedEntries.BLOCKS_PER_UNIT;
        int slot = (run.firstBlock() / SealedEntries.BLOCKS_PER_UNIT + number) & UNITS_CACHED - 1;
        Unit unit = units.get(slot);
        if (unit == null || unit.of != sealed || unit.number != number) {
            unit = new Unit(sealed, number, sealed.read(number));
            units.set(slot, unit);
        }
        return unpack(unit.longs, at % SealedEntries.BLOCKS_PER_UNIT * LONGS, run.segment());
    }

    /** The run that has a block. */
    BlockRun runOf(int index) {
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException("block " + index + " of " + size);
        }
        BlockRun[] known = runs;
        return known[numberOf(known, index)];
    }

    /** The block behind the last one of a run. */
    private int endOf(BlockRun run) {
        BlockRun[] known = runs;
        int at = numberOf(known, run.firstBlock());
        return at + 1 < known.length ? known[at + 1].firstBlock() : size;
    }

    private static int numberOf(BlockRun[] known, int index) {
        int low = 0;
        int high = known.length - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (known[middle].firstBlock() <= index) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /**
     * The index of the block of an incarnation that begins with a sequence, or -1. Looks at blocks of one run only, so that for one that
     * is in the heap no other is read.
     */
    int indexOf(int incarnation, long firstSequence, IntFunction<BlockInfo> blocks) {
        BlockRun run = runOf(incarnation, firstSequence);
        int low = run == null ? 0 : run.firstBlock();
        int high = run == null ? -1 : endOf(run) - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            long there = blocks.apply(middle).firstSequence();
            if (there == firstSequence) {
                return middle;
            }
            if (there < firstSequence) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    /**
     * Reads what is known of all blocks of the run that would have a sequence of an incarnation, if there is one.
     *
     * @param mayRead whether a segment may be read at all
     */
    void readRun(int incarnation, long sequence, IntPredicate mayRead) throws IOException {
        BlockRun run = runOf(incarnation, sequence);
        if (run == null || run.inHeap(run.firstBlock()) != null) {
            return;
        }
        if (!mayRead.test(run.segment())) {
            throw new IOException("the volume of segment " + run.segment() + " failed");
        }
        int end = endOf(run);
        for (int i = run.firstBlock(); i < end; i += SealedEntries.BLOCKS_PER_UNIT) {
            get(i);
        }
    }

    /** The run of an incarnation that would have a block which begins with a sequence, or {@code null}. */
    private BlockRun runOf(int incarnation, long firstSequence) {
        BlockRun[] known = runs;
        int low = -1;
        int high = known.length - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            BlockRun run = known[middle];
            boolean begins = run.incarnation() != incarnation
                    ? run.incarnation() < incarnation
                    : run.firstSequence() <= firstSequence;
            if (begins) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low >= 0 && known[low].incarnation() == incarnation ? known[low] : null;
    }

    /** Descriptions of blocks that are in the heap as they are packed, {@link #BLOCKS_PER_CHUNK} in each array but the last. */
    long[][] entries(int from, int to) {
        Objects.checkFromToIndex(from, to, size);
        long[][] entries = chunksFor(to - from);
        for (int i = from; i < to; ) {
            BlockRun run = runOf(i);
            for (int end = Math.min(to, endOf(run)); i < end; i++) {
                run.copy(i, entries[(i - from) / BLOCKS_PER_CHUNK], (i - from) % BLOCKS_PER_CHUNK * LONGS);
            }
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

    /** Puts other descriptions into the places from {@code from} on, which are counted already and in the heap. */
    void replace(int from, List<BlockInfo> infos) {
        for (int i = 0; i < infos.size(); ) {
            BlockRun run = runOf(from + i);
            int end = Math.min(infos.size(), endOf(run) - from);
            run.replace(from + i, infos.subList(i, end));
            i = end;
        }
    }

    /** Where the blocks from one on are sealed; it counts if these are just those of a run. */
    void sealed(int firstBlock, SealedEntries entries) {
        if (firstBlock < size) {
            runOf(firstBlock).sealed(entries);
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
        return unpack(from, at, high(from[at + 6]));
    }

    /** The same under the number that its segment has now. */
    static BlockInfo unpack(long[] from, int at, int segment) {
        return new BlockInfo(
                segment,
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
