package io.evident.pipeline.journal;

import io.evident.event.Lane;

/**
 * Copies of the blocks that were appended and not yet forced, so that they can be written again elsewhere when their volume
 * fails. Bounded: what is full takes no more, and nothing leaves before it is forced. Memory is taken once; keeping a block
 * costs a copy of its bytes. The writer's thread only.
 */
public final class RetainedBlocks {
    /** Most blocks, however small. */
    public static final int MAX_BLOCKS = 4_096;

    private static final int LONGEST_BYTES = Block.ENVELOPE_BYTES + Block.MAX_PAYLOAD_BYTES;
    /** Room for two of the longest: with one only, every block would wait for the force of the one before it. */
    public static final int MIN_BYTES = 2 * LONGEST_BYTES;

    private final byte[] ring;
    private final int[] starts = new int[MAX_BLOCKS];
    private final int[] lengths = new int[MAX_BLOCKS];
    private final int[] counts = new int[MAX_BLOCKS];
    private final int[] epochs = new int[MAX_BLOCKS];
    private final Lane[] lanes = new Lane[MAX_BLOCKS];
    private final long[] firstSequences = new long[MAX_BLOCKS];
    private final long[] foldedThroughs = new long[MAX_BLOCKS];
    private final long[] minTimesNs = new long[MAX_BLOCKS];
    private final long[] maxTimesNs = new long[MAX_BLOCKS];
    private int firstSlot;
    private int size;
    private int end;
    private int usedBytes;

    /**
     * Takes the memory.
     *
     * @param capacityBytes for the blocks with their envelopes, at least {@link #MIN_BYTES}
     */
    public RetainedBlocks(int capacityBytes) {
        if (capacityBytes < MIN_BYTES) {
            throw new IllegalArgumentException(capacityBytes + " bytes are less than " + MIN_BYTES);
        }
        ring = new byte[capacityBytes];
    }

    /** Whether a block of any length finds room. */
    public boolean hasRoom() {
        return size < MAX_BLOCKS && ring.length - usedBytes >= LONGEST_BYTES;
    }

    /** Keeps a copy, for which there has to be room. */
    public void add(Block block) {
        int length = block.lengthBytes();
        if (size == MAX_BLOCKS || ring.length - usedBytes < length) {
            throw new IllegalStateException("no room for a block of " + length + " bytes beside " + size + " others");
        }
        int slot = slot(size);
        starts[slot] = end;
        lengths[slot] = length;
        counts[slot] = block.count();
        epochs[slot] = block.epoch();
        lanes[slot] = block.lane();
        firstSequences[slot] = block.firstSequence();
        foldedThroughs[slot] = block.foldedThrough();
        minTimesNs[slot] = block.minTimeNs();
        maxTimesNs[slot] = block.maxTimeNs();
        int untilWrap = Math.min(length, ring.length - end);
        System.arraycopy(block.bytes(), 0, ring, end, untilWrap);
        System.arraycopy(block.bytes(), untilWrap, ring, 0, length - untilWrap);
        end = (end + length) % ring.length;
        usedBytes += length;
        size++;
    }

    /** Lets go of the blocks that are forced as a whole: all up to this sequence. */
    public void trimThrough(long syncedSequence) {
        while (size > 0 && firstSequences[firstSlot] + counts[firstSlot] - 1 <= syncedSequence) {
            usedBytes -= lengths[firstSlot];
            firstSlot = slot(1);
            size--;
        }
    }

    /** The number of blocks. */
    public int size() {
        return size;
    }

    /** The sequence of a block's first event; {@code index} counts from the oldest. */
    public long firstSequence(int index) {
        return firstSequences[checked(index)];
    }

    /**
     * Reads a block back.
     *
     * @param into of the largest size; its envelope is the one that it was kept with
     */
    public void read(int index, Block into) {
        int slot = checked(index);
        int length = lengths[slot];
        into.restore(
                lanes[slot],
                epochs[slot],
                firstSequences[slot],
                counts[slot],
                length,
                foldedThroughs[slot],
                minTimesNs[slot],
                maxTimesNs[slot]);
        int untilWrap = Math.min(length, ring.length - starts[slot]);
        System.arraycopy(ring, starts[slot], into.bytes(), 0, untilWrap);
        System.arraycopy(ring, 0, into.bytes(), untilWrap, length - untilWrap);
    }

    private int checked(int index) {
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException("block " + index + " of " + size);
        }
        return slot(index);
    }

    private int slot(int index) {
        return (firstSlot + index) % MAX_BLOCKS;
    }
}
