package io.evident.pipeline.journal;

import java.io.IOException;
import java.util.List;

/**
 * The readable side of one shard's emergency journal. Thread-safe; an event's block is in {@link #blocks} before its
 * receipt is sent, and stays until what it was folded into is forced.
 */
public interface EmergencySource {
    /** The shard, from 0. */
    int shard();

    /**
     * The blocks that are kept, by position, as they are now: a list that never changes. {@link BlockInfo#firstSequence}
     * is the position of the first event. Those that are folded already may still be among them.
     */
    List<BlockInfo> blocks();

    /**
     * Reads a block from a copy in which it is whole.
     *
     * @param into receives the events; every thread has its own
     * @throws IOException when it is whole in none, or is kept no more
     */
    void read(BlockInfo block, BlockReader into) throws IOException;
}
