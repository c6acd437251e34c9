package io.evident.storage.retention;

import io.evident.pipeline.retention.ShardHorizon;
import io.evident.storage.archive.ArchiveWriter;
import io.evident.storage.file.FileOperations;
import io.evident.storage.index.ShardIndexes;
import io.evident.storage.removed.RemovedEvents;
import io.evident.storage.segment.SegmentReader;
import io.evident.storage.segment.ShardBlocks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Looks into sealed segments of the data directory and takes out of them what has expired. Does not work at a segment while the
 * archiver does. For one thread, and for shards that can be written.
 */
public final class SegmentRetention {
    private final FileOperations files;
    private final ArchiveWriter.Pace pace;
    private final ReentrantLock segmentWork;
    private final SealedSegments sealed;
    private final SegmentRemoval removal;
    private final Map<SegmentReader, SegmentTally> tallies = new HashMap<>();
    private SealedSegment lastLookedAt;
    private SegmentLook lastLook;

    /**
     * @param directory the data directory: segments on other volumes are left as they are
     * @param pace holds the reading back; what it throws ends the work and leaves the segment as it was
     * @param indexes whose parts are made anew, or {@code null} for none
     * @param spareBytes how many bytes of the volume may be used
     * @param segmentWork held by whoever replaces the files of a segment
     */
    public SegmentRetention(
            FileOperations files,
            Path directory,
            ArchiveWriter.Pace pace,
            ShardIndexes indexes,
            LongSupplier spareBytes,
            ReentrantLock segmentWork) {
        this.files = files;
        this.pace = pace;
        this.segmentWork = segmentWork;
        this.sealed = new SealedSegments(files, directory);
        this.removal = new SegmentRemoval(files, pace, indexes, spareBytes);
    }

    /**
     * The segments that may be looked into: sealed, on the data directory's own volume, not freed, with at least one block, and
     * all of it as it was sealed; oldest first.
     */
    public List<Integer> sealedSegments(ShardBlocks shard) throws IOException {
        return sealed.of(shard);
    }

    /**
     * What a segment still holds. Read once, at the pace given, and kept in the file {@code tenants} beside the seal.
     *
     * @param segment one of {@link #sealedSegments}
     * @throws IOException when it cannot be read, or is damaged
     */
    public SegmentTally tally(ShardBlocks shard, int segment) throws IOException {
        SealedSegment of = sealed.get(shard, segment);
        SegmentTally known = tallies.get(of.reader());
        if (known == null) {
            SegmentTally.Details details =
                    horizon -> SegmentContents.together(of.expired(look(of).contents(), horizon, pace));
            known = new SegmentTally(look(of).contents(), details);
            tallies.put(of.reader(), known);
        }
        return known;
    }

    private SegmentLook look(SealedSegment segment) throws IOException {
        if (lastLook == null || !segment.equals(lastLookedAt)) {
            SegmentLook look = SegmentLook.into(files, segment, pace);
            if (!look.isSettled()) {
                // A removal was not done with: it is now, one way or the other.
                removal.settle(segment, look.removed());
            }
            lastLook = look;
            lastLookedAt = segment;
        }
        return lastLook;
    }

    /**
     * Takes out of a segment all that has expired: frees it when nothing else is left, else writes what is left anew. A stop
     * at any moment leaves the segment as it was or as it is to be.
     *
     * @param segment one of {@link #sealedSegments}
     * @param horizon published already: what it hides is not asked for any more
     * @throws IOException when it could not be done; the segment is served as it was, or as it is to be
     */
    public Removal remove(ShardBlocks shard, int segment, ShardHorizon horizon) throws IOException {
        segmentWork.lock();
        try {
            SealedSegment of = sealed.get(shard, segment);
            SegmentLook look = look(of);
            List<Map<String, TenantTally>> expired = of.expired(look.contents(), horizon, pace);
            Map<String, TenantTally> removed = SegmentContents.together(expired);
            long bytesBefore = of.bytesOnDisk();
            if (removed.isEmpty()) {
                return new Removal(false, removed, bytesBefore, bytesBefore);
            }
            RemovedEvents behind = look.and(of, expired);
            boolean isAll = removed.equals(look.contents().tenants());
            forget(of);
            if (isAll) {
                removal.free(of, behind);
                return new Removal(true, removed, bytesBefore, 0);
            }
            long bytesAfter = removal.reduce(of, behind, horizon, expired);
            return new Removal(false, removed, bytesBefore, bytesAfter);
        } finally {
            segmentWork.unlock();
        }
    }

    private void forget(SealedSegment segment) {
        tallies.remove(segment.reader());
        lastLook = null;
        lastLookedAt = null;
    }
}
