package io.evident.sharding.query.fleet;

import io.evident.pipeline.index.IndexPart;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.journal.EventPlace;
import io.evident.pipeline.journal.UnreadablePart;
import io.evident.pipeline.query.TimeRange;
import io.evident.pipeline.retention.Horizon;
import io.evident.pipeline.retention.ShardHorizon;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * One shard at the moment a query asks: the blocks of its journal, the parts of its index that cover most of them, those
 * blocks of its emergency journal that are not folded in, and what has expired. An event that is on its way from the one
 * journal to the other is seen exactly once. Immutable.
 */
public final class ShardView {
    private static final int BLOCKS_PER_STRETCH = 1 << 10;

    private final SearchableShard source;
    private final ShardHorizon horizon;
    private final int blockCount;
    private final List<IndexPart> parts;
    private final List<BlockInfo> emergency;

    private ShardView(
            SearchableShard source,
            ShardHorizon horizon,
            int blockCount,
            List<IndexPart> parts,
            List<BlockInfo> emergency) {
        this.source = source;
        this.horizon = horizon;
        this.blockCount = blockCount;
        this.parts = parts;
        this.emergency = emergency;
    }

    /**
     * Looks at a shard.
     *
     * @param horizon what had expired before
     */
    public static ShardView of(SearchableShard source, Horizon horizon) {
        // In this order: what is folded in between the looks is in the list, and then found to be in the blocks, too;
        // and
        // what the parts cover is counted.
        List<BlockInfo> kept =
                source.emergency() == null ? List.of() : source.emergency().blocks();
        List<IndexPart> parts = source.index().parts();
        int blockCount = source.blocks().blockCount();
        if (!kept.isEmpty()) {
            long folded = source.blocks().foldedThrough(blockCount);
            kept = kept.stream().filter(block -> block.lastSequence() > folded).toList();
        }
        return new ShardView(source, horizon.of(source.shard()), blockCount, parts, kept);
    }

    /** What it is a view of. */
    public SearchableShard source() {
        return source;
    }

    /** Its number. */
    public int shard() {
        return source.shard();
    }

    /** What has expired in it. */
    public ShardHorizon horizon() {
        return horizon;
    }

    /** What is known to be away altogether. */
    public List<UnreadablePart> unreadable() {
        return source.blocks().unreadable();
    }

    /** Blocks of the journal. */
    public int blockCount() {
        return blockCount;
    }

    /** The description of a block of the journal. */
    public BlockInfo info(int block) {
        return source.blocks().block(block);
    }

    /** The parts of the index, by block. */
    public List<IndexPart> parts() {
        return parts;
    }

    /** The blocks of the journal that no part of the index covers, in order, without those that are gone. */
    public List<BlockStretch> uncovered() {
        List<BlockStretch> stretches = new ArrayList<>();
        int next = 0;
        for (IndexPart part : parts) {
            addStretches(next, part.firstBlock(), stretches);
            next = part.endBlock();
        }
        addStretches(next, blockCount, stretches);
        return stretches;
    }

    private void addStretches(int from, int to, List<BlockStretch> into) {
        for (int first = nextKept(from); first < to; ) {
            int end = Math.min(to, first + BLOCKS_PER_STRETCH);
            BlockInfo firstInfo = info(first);
            BlockInfo last = firstInfo;
            long minTimeNs = Long.MAX_VALUE;
            long maxTimeNs = Long.MIN_VALUE;
            for (int i = first; i < end; i = nextKept(i + 1)) {
                last = info(i);
                minTimeNs = Math.min(minTimeNs, last.minTimeNs());
                maxTimeNs = Math.max(maxTimeNs, last.maxTimeNs());
            }
            into.add(new BlockStretch(this, first, end, firstInfo, last, minTimeNs, maxTimeNs));
            first = nextKept(end);
        }
    }

    /** The first block at or behind one of which anything is left. */
    int nextKept(int block) {
        return source.blocks().nextKept(block);
    }

    /** Blocks of the emergency journal, the oldest first. */
    public List<VisibleBlock> emergency() {
        return emergency.stream()
                .map(info -> new VisibleBlock(this, info, true))
                .toList();
    }

    /** Whether the emergency journal may hold events of a range. */
    public boolean hasEmergency(TimeRange range) {
        for (BlockInfo info : emergency) {
            if (!range.misses(info.minTimeNs(), info.maxTimeNs())) {
                return true;
            }
        }
        return false;
    }

    /** An event that the index found. */
    public FoundEvent found(EventPlace place) {
        return new FoundEvent(source.blocks(), place, horizon);
    }

    /**
     * Reads one of its blocks.
     *
     * @throws BlockMovedException when it was in the emergency journal, and is in the shard's own by now
     */
    void read(VisibleBlock block, BlockReader into) throws IOException {
        if (!block.isEmergency()) {
            source.blocks().read(block.info(), into);
            return;
        }
        try {
            source.emergency().read(block.info(), into);
        } catch (IOException e) {
            if (source.blocks().foldedThrough(source.blocks().blockCount())
                    >= block.info().lastSequence()) {
                throw new BlockMovedException(e);
            }
            throw e;
        }
    }
}
