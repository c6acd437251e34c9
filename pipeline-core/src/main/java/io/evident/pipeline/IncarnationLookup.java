package io.evident.pipeline;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockSource;
import java.util.List;

/** In which incarnation a sequence was written, found in the shard's list of blocks. Thread-safe. */
final class IncarnationLookup {
    private final BlockSource[] sources;

    IncarnationLookup(List<BlockSource> sources) {
        this.sources = sources.toArray(BlockSource[]::new);
    }

    /** The incarnation of a journaled event. Throws {@link IllegalStateException} when no block holds the sequence. */
    int incarnationOf(int shard, long sequence) {
        BlockSource source = sources[shard];
        int low = 0;
        int high = source.blockCount() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            BlockInfo block = source.block(middle);
            if (sequence < block.firstSequence()) {
                high = middle - 1;
            } else if (sequence > block.lastSequence()) {
                low = middle + 1;
            } else {
                return block.incarnation();
            }
        }
        return searchAll(source, shard, sequence);
    }

    /** Where sequences come again in a later incarnation, halving may miss them. Slow, and hardly ever needed. */
    private static int searchAll(BlockSource source, int shard, long sequence) {
        for (int i = source.blockCount() - 1; i >= 0; i--) {
            BlockInfo block = source.block(i);
            if (sequence >= block.firstSequence() && sequence <= block.lastSequence()) {
                return block.incarnation();
            }
        }
        throw new IllegalStateException("no block of shard " + shard + " holds sequence " + sequence);
    }
}
