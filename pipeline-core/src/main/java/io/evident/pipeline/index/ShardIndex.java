package io.evident.pipeline.index;

import io.evident.pipeline.journal.BlockSource;
import java.util.List;

/**
 * The index of one shard: derived from its blocks, never acknowledged on, and behind them by a moment. Thread-safe.
 *
 * <p>What no part covers has to be read: the blocks that were just journaled, and those whose part is missing or damaged
 * and is made anew meanwhile.
 */
public interface ShardIndex {
    /**
     * The parts as they are now, by block and without overlap: a list that never changes. Ask before {@link
     * BlockSource#blockCount}: every block that is covered is counted then.
     */
    List<IndexPart> parts();

    /** An index that covers nothing. */
    static ShardIndex none() {
        return List::of;
    }
}
