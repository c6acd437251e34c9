package io.evident.storage.retention;

import io.evident.pipeline.retention.ShardHorizon;
import io.evident.storage.archive.ArchiveWriter;
import io.evident.storage.file.FileOperations;
import io.evident.storage.index.ShardIndexes;
import io.evident.storage.segment.ShardBlocks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Looks into sealed segments of the data directory and takes out of them what has expired. Does not work at a segment while the
 * archiver does. For one thread.
 */
public final class SegmentRetention {
    private final FileOperations files;
    private final Path directory;
    private final ArchiveWriter.Pace pace;
    private final ShardIndexes indexes;
    private final ReentrantLock segmentWork;

    /**
     * @param directory the data directory: segments on other volumes are left as they are
     * @param pace holds the reading back; what it throws ends the work and leaves the segment as it was
     * @param indexes whose parts are made anew, or {@code null} for none
     * @param segmentWork held by whoever replaces the files of a segment
     */
    public SegmentRetention(
            FileOperations files,
            Path directory,
            ArchiveWriter.Pace pace,
            ShardIndexes indexes,
            ReentrantLock segmentWork) {
        this.files = files;
        this.directory = directory;
        this.pace = pace;
        this.indexes = indexes;
        this.segmentWork = segmentWork;
    }

    /**
     * The segments that may be looked into: sealed, on the data directory's own volume, not freed, with at least one block;
     * oldest first.
     */
    public List<Integer> sealedSegments(ShardBlocks shard) throws IOException {
        return files.exists(directory) && shard.blockCount() < 0 ? List.of(0) : List.of();
    }

    /**
     * What a segment still holds. Read once, at the pace given, and kept in the file {@code tenants} beside the seal.
     *
     * @param segment one of {@link #sealedSegments}
     * @throws IOException when it cannot be read, or is damaged
     */
    public SegmentTally tally(ShardBlocks shard, int segment) throws IOException {
        pace.spend(0);
        return new SegmentTally(shard, segment, Map.of(), 0, 0);
    }

    /**
     * Takes out of a segment all that has expired: frees it when nothing else is left, else writes what is left anew. A stop
     * at any moment leaves the segment as it was or as it is to be.
     *
     * @param segment one of {@link #sealedSegments}
     * @param horizon published already: what it hides is not asked for any more
     * @throws IOException when it could not be done; the segment is as it was, or done but for what is repeated at no cost
     */
    public Removal remove(ShardBlocks shard, int segment, ShardHorizon horizon) throws IOException {
        segmentWork.lock();
        try {
            return new Removal(indexes == null, Map.of(), segment, shard.shard() + horizon.hashCode());
        } finally {
            segmentWork.unlock();
        }
    }
}
