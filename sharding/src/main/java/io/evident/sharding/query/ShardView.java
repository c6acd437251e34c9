package io.evident.sharding.query;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.journal.BlockSource;
import io.evident.pipeline.journal.EmergencySource;
import io.evident.pipeline.journal.UnreadablePart;
import java.io.IOException;
import java.util.List;

/**
 * One shard at the moment a query asks: the blocks of its journal, and those of its emergency journal that are not folded
 * into these. An event that is on its way from the one to the other is seen exactly once. Immutable.
 */
final class ShardView {
    private final BlockSource source;
    private final EmergencySource emergencySource;
    private final int blockCount;
    private final List<BlockInfo> emergency;

    private ShardView(BlockSource source, EmergencySource emergencySource, int blockCount, List<BlockInfo> emergency) {
        this.source = source;
        this.emergencySource = emergencySource;
        this.blockCount = blockCount;
        this.emergency = emergency;
    }

    /**
     * Looks at a shard.
     *
     * @param emergencySource its emergency journal, or {@code null} when it has none
     */
    static ShardView of(BlockSource source, EmergencySource emergencySource) {
        // In this order: what is folded in between the two looks is in the list, and then found to be in the blocks,
        // too.
        List<BlockInfo> kept = emergencySource == null ? List.of() : emergencySource.blocks();
        int blockCount = source.blockCount();
        if (!kept.isEmpty()) {
            long folded = source.foldedThrough(blockCount);
            kept = kept.stream().filter(block -> block.lastSequence() > folded).toList();
        }
        return new ShardView(source, emergencySource, blockCount, kept);
    }

    int shard() {
        return source.shard();
    }

    /** What is known to be away altogether. */
    List<UnreadablePart> unreadable() {
        return source.unreadable();
    }

    /** Blocks of the journal. */
    int blockCount() {
        return blockCount;
    }

    VisibleBlock block(int index) {
        return new VisibleBlock(this, source.block(index), false);
    }

    /** Blocks of the emergency journal, the oldest first. */
    List<VisibleBlock> emergency() {
        return emergency.stream()
                .map(info -> new VisibleBlock(this, info, true))
                .toList();
    }

    /**
     * Reads one of its blocks.
     *
     * @throws BlockMovedException when it was in the emergency journal, and is in the shard's own by now
     */
    void read(VisibleBlock block, BlockReader into) throws IOException {
        if (!block.isEmergency()) {
            source.read(block.info(), into);
            return;
        }
        try {
            emergencySource.read(block.info(), into);
        } catch (IOException e) {
            if (source.foldedThrough(source.blockCount()) >= block.info().lastSequence()) {
                throw new BlockMovedException(e);
            }
            throw e;
        }
    }
}
