package io.evident.storage;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.storage.file.FileOperations;
import io.evident.storage.removed.RemovedEvents;
import io.evident.storage.segment.SegmentName;
import io.evident.storage.segment.ShardBlocks;
import java.io.IOException;
import java.util.Map;

/** Looks up what was removed of blocks, quickly for those of one segment one after the other. For one thread. */
public final class RemovedCounts {
    private final FileOperations files;
    private final ShardBlocks blocks;
    private RemovedEvents last = RemovedEvents.NONE;
    private int lastSegment = -1;

    RemovedCounts(FileOperations files, ShardBlocks blocks) {
        this.files = files;
        this.blocks = blocks;
    }

    /** By tenant what was removed of a block of which so many events are not there; nothing when that is not known. */
    public Map<String, Integer> of(BlockInfo block, int events) throws IOException {
        if (events == 0) {
            return Map.of();
        }
        if (block.segment() != lastSegment) {
            SegmentName name = blocks.segment(block.segment()).name();
            RemovedEvents read = RemovedEvents.read(
                    files, blocks.segmentDirectory(block.segment()), blocks.shard(), name.incarnation(), name.number());
            last = read == null ? RemovedEvents.NONE : read;
            lastSegment = block.segment();
        }
        Map<String, Integer> known = last.of(block.firstSequence(), events);
        return known == null ? Map.of() : known;
    }
}
