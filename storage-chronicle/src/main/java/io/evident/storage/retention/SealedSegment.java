package io.evident.storage.retention;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.retention.ShardHorizon;
import io.evident.storage.archive.ArchiveWriter;
import io.evident.storage.blocks.ShardBlocks;
import io.evident.storage.segment.SegmentReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * A sealed segment that is looked into.
 *
 * @param dataEnd where its last block ends in the file
 */
record SealedSegment(ShardBlocks shard, SegmentReader reader, int firstBlock, int endBlock, long dataEnd) {
    Path directory() {
        return reader.file().getParent();
    }

    int blocks() {
        return endBlock - firstBlock;
    }

    /** A block, counted from the segment's first. */
    BlockInfo block(int index) {
        return shard.block(firstBlock + index);
    }

    /** Bytes of its file or archive on the disk. */
    long bytesOnDisk() throws IOException {
        return reader.isArchived() ? reader.archiveBytes() : reader.sizeBytes();
    }

    /** Is told what has expired of a block, counted from the segment's first. */
    @FunctionalInterface
    interface Visitor {
        void block(int index, Map<String, TenantTally> expired);
    }

    /** What has expired of it, block by block in turn. Reads only the blocks within which a horizon lies. */
    void expired(SegmentContents contents, ShardHorizon horizon, ArchiveWriter.Pace pace, Visitor visitor)
            throws IOException {
        BlockReader reading = new BlockReader();
        for (int i = 0; i < blocks(); i++) {
            visitor.block(i, expired(i, contents, horizon, pace, reading));
        }
    }

    /** The same of all blocks together. */
    Map<String, TenantTally> expired(SegmentContents contents, ShardHorizon horizon, ArchiveWriter.Pace pace)
            throws IOException {
        Map<String, TenantTally> all = new HashMap<>();
        expired(contents, horizon, pace, (index, expired) -> TenantTally.addAll(all, expired));
        return all;
    }

    private Map<String, TenantTally> expired(
            int index, SegmentContents contents, ShardHorizon horizon, ArchiveWriter.Pace pace, BlockReader reading)
            throws IOException {
        BlockInfo info = block(index);
        if (horizon.hidesNothingFrom(info.firstSequence())) {
            return Map.of();
        }
        Map<String, TenantTally> expired = new HashMap<>();
        for (Map.Entry<String, TenantTally> each : contents.block(index).entrySet()) {
            long kept = horizon.of(each.getKey());
            TenantTally tally = each.getValue();
            if (tally.firstSequence() < kept && kept <= tally.lastSequence()) {
                pace.spend(info.lengthBytes());
                shard.read(info, reading);
                return new BlockTally().of(reading, horizon::hides);
            }
            if (tally.lastSequence() < kept) {
                expired.put(each.getKey(), tally);
            }
        }
        return expired;
    }
}
