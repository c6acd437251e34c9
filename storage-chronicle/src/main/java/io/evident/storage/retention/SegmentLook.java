package io.evident.storage.retention;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.storage.archive.ArchiveWriter;
import io.evident.storage.file.FileOperations;
import io.evident.storage.removed.RemovedEvents;
import io.evident.storage.segment.SegmentName;
import java.io.IOException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A look into a segment: what it holds, and what was removed of it before.
 *
 * @param contents what it holds
 * @param removed what was removed, as the blocks are now
 * @param isSettled whether the file {@code removed} says just that
 */
record SegmentLook(SegmentContents contents, RemovedEvents removed, boolean isSettled) {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentLook.class);
    /** In whose name events are counted of which nobody knows any more whose they were. */
    private static final String UNKNOWN_TENANT = "";

    /** Looks; reads the segment only where nothing that is kept says it. */
    static SegmentLook into(FileOperations files, SealedSegment segment, ArchiveWriter.Pace pace) throws IOException {
        SegmentName name = segment.reader().name();
        int shard = segment.shard().shard();
        TenantsFile file = new TenantsFile(files, segment.directory(), shard, name);
        RemovedEvents said = RemovedEvents.NONE;
        boolean isUsable = true;
        if (RemovedEvents.exists(files, segment.directory())) {
            said = RemovedEvents.read(files, segment.directory(), shard, name.incarnation(), name.number());
            isUsable = said != null;
            said = isUsable ? said : RemovedEvents.NONE;
        }
        if (isUsable && said.isSettled()) {
            SegmentContents kept = kept(file, said, segment);
            if (kept != null) {
                return new SegmentLook(kept, said, true);
            }
        }
        SegmentLook found = read(segment, said, pace);
        keep(file, found.contents, found.removed.events(), segment);
        return new SegmentLook(
                found.contents, found.removed, isUsable && said.isSettled() && said.events() == found.removed.events());
    }

    private static SegmentContents kept(TenantsFile file, RemovedEvents said, SealedSegment segment) {
        try {
            SegmentContents kept = file.read(said.events());
            return kept != null && kept.blocks() == segment.blocks() ? kept : null;
        } catch (IOException e) {
            LOG.debug("{} is read again", segment.directory(), e);
            return null;
        }
    }

    private static SegmentLook read(SealedSegment segment, RemovedEvents said, ArchiveWriter.Pace pace)
            throws IOException {
        SegmentContents.Builder blocks = new SegmentContents.Builder();
        RemovedEvents.Builder removed = new RemovedEvents.Builder();
        BlockTally tally = new BlockTally();
        BlockReader reader = new BlockReader();
        for (int i = 0; i < segment.blocks(); i++) {
            BlockInfo info = segment.block(i);
            pace.spend(info.lengthBytes());
            segment.shard().read(info, reader);
            Map<String, TenantTally> held = tally.of(reader);
            blocks.add(held);
            long there = held.values().stream().mapToLong(TenantTally::events).sum();
            int gone = (int) (info.count() - there);
            if (gone > 0) {
                Map<String, Integer> of = said.of(info.firstSequence(), gone);
                Map<String, Integer> known = of == null ? Map.of(UNKNOWN_TENANT, gone) : of;
                removed.add(info.firstSequence(), known, known);
            }
        }
        return new SegmentLook(blocks.build(tally.oldestReceivedNs()), removed.build(), false);
    }

    /** Keeps for the next start what a segment holds when so many events were removed of it. */
    static void keep(TenantsFile file, SegmentContents contents, long removedEvents, SealedSegment segment) {
        try {
            file.write(contents, removedEvents);
        } catch (IOException e) {
            LOG.warn(
                    "what {} holds could not be kept; it is read again at the next start: {}",
                    segment.directory(),
                    e.toString());
        }
    }
}
