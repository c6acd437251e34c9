package io.evident.storage.retention;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.retention.ShardHorizon;
import io.evident.storage.archive.ArchiveWriter;
import io.evident.storage.blocks.ShardBlocks;
import io.evident.storage.file.FileOperations;
import io.evident.storage.index.ShardIndexes;
import io.evident.storage.segment.SegmentReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Looks into sealed segments of the data directory and takes out of them what has expired. Does not work at a segment while the
 * archiver does. For one thread, and for shards that can be written or are sealed.
 */
public final class SegmentRetention {
    private final FileOperations files;
    private final ArchiveWriter.Pace pace;
    private final SegmentWork segmentWork;
    private final SealedSegments sealed;
    private final SegmentRemoval removal;
    /** By shard. */
    private final Map<Integer, Map<SegmentReader, SegmentTally>> tallies = new HashMap<>();
    /** Each name that the tallies share. */
    private final Map<String, String> names = new HashMap<>();
    /** Whether some of these may be in no tally any more. */
    private boolean hasOldNames;

    private SealedSegment lastLookedAt;
    private SegmentLook lastLook;

    /**
     * @param directory the data directory: segments on other volumes are left as they are
     * @param pace holds the reading back; what it throws ends the work and leaves the segment as it was
     * @param indexes whose parts are made anew, or {@code null} for none
     * @param spareBytes how many bytes of the volume may be used
     * @param segmentWork begun by whoever replaces the files of a segment
     */
    public SegmentRetention(
            FileOperations files,
            Path directory,
            ArchiveWriter.Pace pace,
            ShardIndexes indexes,
            LongSupplier spareBytes,
            SegmentWork segmentWork) {
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
        List<Integer> segments = sealed.of(shard);
        Set<SegmentReader> readers = new HashSet<>();
        segments.forEach(segment -> readers.add(shard.segment(segment)));
        Map<SegmentReader, SegmentTally> known = tallies.get(shard.shard());
        if (known != null && known.keySet().retainAll(readers)) {
            hasOldNames = true;
        }
        if (hasOldNames) {
            hasOldNames = false;
            names.clear();
            tallies.values()
                    .forEach(each -> each.values()
                            .forEach(tally -> tally.tenants().keySet().forEach(this::shared)));
        }
        return segments;
    }

    /**
     * Whether a horizon hides nothing of a segment, whatever that holds: there is nothing to look for. Reads nothing.
     *
     * @param segment one of {@link #sealedSegments}
     */
    public boolean isUntouched(ShardBlocks shard, int segment, ShardHorizon horizon) throws IOException {
        return horizon.hidesNothingFrom(sealed.get(shard, segment).block(0).firstSequence());
    }

    /**
     * What a segment still holds. Read once, at the pace given, and kept in the file {@code tenants} beside the seal.
     *
     * @param segment one of {@link #sealedSegments}
     * @throws IOException when it cannot be read, or is damaged
     */
    public SegmentTally tally(ShardBlocks shard, int segment) throws IOException {
        SealedSegment of = sealed.get(shard, segment);
        Map<SegmentReader, SegmentTally> known = tallies.computeIfAbsent(shard.shard(), absent -> new HashMap<>());
        SegmentTally tally = known.get(of.reader());
        if (tally == null) {
            SegmentTally.Details details = horizon -> of.expired(look(of).contents(), horizon, pace);
            tally = new SegmentTally(look(of).contents(), this::shared, details);
            known.put(of.reader(), tally);
        }
        return tally;
    }

    /**
     * When the newest event that is left of a block was received, nanoseconds since 1970; {@link Long#MIN_VALUE} when none is. Reads as
     * {@link #tally} does, and nothing more for the next block of the same segment.
     *
     * @param segment one of {@link #sealedSegments}
     * @param block one of its blocks, as the shard counts them
     */
    public long newestReceivedNs(ShardBlocks shard, int segment, int block) throws IOException {
        SealedSegment of = sealed.get(shard, segment);
        return look(of).contents().newestReceivedNs(block - of.firstBlock());
    }

    /** Many segments have the same tenants: each name is kept once. */
    private String shared(String name) {
        String known = names.putIfAbsent(name, name);
        return known == null ? name : known;
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
     * Whether the archiver lets retention {@link #remove} now. When not, that gives way as soon as it is done with its segment.
     */
    public boolean mayRemove() {
        return segmentWork.isFree();
    }

    /**
     * Makes sure that what is known of a segment's blocks can be read: to be asked before something of it is {@linkplain #remove removed}.
     *
     * @throws IOException when it cannot
     */
    public void requireKnown(ShardBlocks shard, int segment) throws IOException {
        BlockInfo first = sealed.get(shard, segment).block(0);
        shard.requireKnown(first.incarnation(), first.firstSequence());
    }

    /**
     * Takes out of a segment all that has expired: frees it when nothing else is left, else writes what is left anew. A stop
     * at any moment leaves the segment as it was or as it is to be. Waits for nobody.
     *
     * @param segment one of {@link #sealedSegments}
     * @param horizon published already: what it hides is not asked for any more
     * @return what was done, or {@code null} when the archiver is at work now: nothing was
     * @throws IOException when it could not be done; the segment is served as it was, or as it is to be
     */
    public Removal remove(ShardBlocks shard, int segment, ShardHorizon horizon) throws IOException {
        if (!segmentWork.beginRemoving()) {
            return null;
        }
        try {
            SealedSegment of = sealed.get(shard, segment);
            long bytesBefore = of.bytesOnDisk();
            RemovalPlan plan = RemovalPlan.of(of, look(of), horizon, pace);
            if (plan.tenants().isEmpty()) {
                return new Removal(false, plan.tenants(), bytesBefore, bytesBefore);
            }
            forget(of);
            if (plan.isAll()) {
                removal.free(of, plan.removed());
                return new Removal(true, plan.tenants(), bytesBefore, 0);
            }
            long bytesAfter = removal.reduce(of, plan, horizon);
            return new Removal(false, plan.tenants(), bytesBefore, bytesAfter);
        } finally {
            segmentWork.end();
        }
    }

    private void forget(SealedSegment segment) {
        Map<SegmentReader, SegmentTally> known = tallies.get(segment.shard().shard());
        if (known != null && known.remove(segment.reader()) != null) {
            hasOldNames = true;
        }
        lastLook = null;
        lastLookedAt = null;
    }
}
