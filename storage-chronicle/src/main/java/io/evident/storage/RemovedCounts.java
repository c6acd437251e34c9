package io.evident.storage;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.storage.blocks.ShardBlocks;
import io.evident.storage.file.FileOperations;
import io.evident.storage.removed.RemovedEvents;
import io.evident.storage.segment.SegmentName;
import io.evident.storage.segment.SegmentReader;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.Map;

/** Reads blocks with what was removed of them, quickly for those of one segment one after the other. For one thread. */
public final class RemovedCounts {
    private static final int NONE = -1;
    /** Between two looks a server removes something of a segment once at the most. */
    private static final int LOOKS = 3;

    private final FileOperations files;
    private final ShardBlocks blocks;
    private RemovedEvents last = RemovedEvents.NONE;
    private int lastSegment = NONE;

    RemovedCounts(FileOperations files, ShardBlocks blocks) {
        this.files = files;
        this.blocks = blocks;
    }

    /**
     * Reads a block, and tells by tenant what was removed of it; nothing where that is not known. Beside a server at work more of it
     * may have been removed since its segment was opened, or all: then it is read again, as it is now.
     *
     * @param into ready for its first event
     * @throws IOException when it cannot be read, and was not freed
     */
    public Map<String, Integer> read(BlockInfo block, BlockReader into) throws IOException {
        SegmentReader segment = blocks.segment(block.segment());
        for (int look = 1; ; look++) {
            try {
                blocks.read(block, into);
                Map<String, Integer> known = of(block, block.count() - events(into));
                if (known != null || look == LOOKS) {
                    return known == null ? Map.of() : known;
                }
            } catch (ClosedByInterruptException e) {
                throw e;
            } catch (IOException e) {
                lastSegment = NONE;
                Map<String, Integer> all = segment.exists() ? null : of(block, block.count());
                if (all != null) {
                    into.beginFreed(block);
                    return all;
                }
                if (look == LOOKS) {
                    throw e;
                }
            }
            lastSegment = NONE;
            segment.letGo();
        }
    }

    private static int events(BlockReader block) {
        int events = 0;
        while (block.next()) {
            events++;
        }
        block.beginAgain();
        return events;
    }

    private Map<String, Integer> of(BlockInfo block, int events) throws IOException {
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
        return last.of(block.firstSequence(), events);
    }
}
