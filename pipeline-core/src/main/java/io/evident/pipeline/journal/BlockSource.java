package io.evident.pipeline.journal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The readable side of one shard: its blocks in sequence order, growing while the writer appends. Thread-safe; a block
 * that {@link #blockCount()} counts can be read by any thread, and an event's block is counted before its JOURNALED
 * receipt is sent.
 */
public interface BlockSource {
    /** The shard, from 0. */
    int shard();

    /** The number of blocks that can be read now. Never shrinks. */
    int blockCount();

    /** A block's description; {@code index} is 0 to {@link #blockCount()} - 1, in sequence order. */
    BlockInfo block(int index);

    /**
     * The first block at or behind one whose events were not all removed, or {@link #blockCount()} when there is none: what
     * lies between need not be looked at. Cheap however much that is.
     *
     * @param block from 0; one behind the end is given back as it is
     */
    default int nextKept(int block) {
        return block;
    }

    /**
     * In which incarnation an event was written that has a sequence here. Network threads ask: it waits for no disk.
     *
     * @throws IllegalStateException when no block holds the sequence
     */
    default int incarnationOf(long sequence) {
        // Not by halving: sequences may come again in a later incarnation.
        for (int i = blockCount() - 1; i >= 0; i--) {
            BlockInfo block = block(i);
            if (sequence >= block.firstSequence() && sequence <= block.lastSequence()) {
                return block.incarnation();
            }
        }
        throw new IllegalStateException("no block of shard " + shard() + " holds sequence " + sequence);
    }

    /**
     * How far the emergency journal is folded into the first blocks.
     *
     * @param blockCount how many blocks, 0 to {@link #blockCount()}
     * @return the position, as the last of these blocks carries it; 0 for none
     */
    long foldedThrough(int blockCount);

    /**
     * The highest position that any block found at the start says is folded in. Above what {@link #foldedThrough} tells
     * only where that does not believe all of them, as blocks are missing in front of them.
     */
    default long saidFoldedThrough() {
        return 0;
    }

    /**
     * Reads a block and checks its checksum. Events that were removed are passed over; a block of which none is left gives
     * none.
     *
     * @param into receives the events; every thread has its own
     * @throws FailedVolumeException when it cannot be read because it is on a volume that has failed
     * @throws IOException when it cannot be read or is not what was written
     */
    void read(BlockInfo block, BlockReader into) throws IOException;

    /**
     * Reads one event of a block and checks it against its own checksum; the block as a whole is not checked.
     *
     * @param block as {@link #block} describes it
     * @param place where in it
     * @return the event in the binary layout; a fresh array
     * @throws RemovedEventException when it has expired and was removed
     * @throws FailedVolumeException when it cannot be read because it is on a volume that has failed
     * @throws IOException when it cannot be read or is not what was written
     */
    byte[] readEvent(BlockInfo block, EventPlace place) throws IOException;

    /**
     * Reads some events of a block, as {@link #readEvent} does; neighbours are read together.
     *
     * @param places in ascending order
     * @return the events, in the same order; fresh arrays
     */
    default List<byte[]> readEvents(BlockInfo block, List<EventPlace> places) throws IOException {
        List<byte[]> events = new ArrayList<>(places.size());
        for (EventPlace place : places) {
            events.add(readEvent(block, place));
        }
        return events;
    }

    /** What was stored and is in no block that is here, as the volume that holds it is away; by sequence. */
    default List<UnreadablePart> unreadable() {
        return List.of();
    }
}
