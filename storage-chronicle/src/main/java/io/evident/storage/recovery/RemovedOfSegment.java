package io.evident.storage.recovery;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.storage.file.FileOperations;
import io.evident.storage.recovery.SegmentPlaces.Place;
import io.evident.storage.removed.RemovedEvents;
import io.evident.storage.segment.SegmentReader;
import io.evident.storage.segment.SegmentSeal;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.Map;

/** What was removed of the segment that recovery is at, read when it is asked for. For one thread. */
final class RemovedOfSegment {
    private final FileOperations files;
    private final int shard;
    private final RecoveryFindings findings;
    private Place place;
    private RemovedEvents removed;
    private boolean told;

    RemovedOfSegment(FileOperations files, int shard, RecoveryFindings findings) {
        this.files = files;
        this.shard = shard;
        this.findings = findings;
    }

    /** Goes on to a segment. */
    void begin(Place ofSegment) {
        place = ofSegment;
        removed = null;
        told = false;
    }

    /** Whether all of the segment was removed, so that there is no file to be missed. */
    boolean isAll(SegmentSeal seal, SegmentReader reader) {
        if (seal == null || seal.blocks() == 0 || place.isOnStandby() || reader.exists()) {
            return false;
        }
        read();
        for (int i = 0; i < seal.blocks(); i++) {
            BlockInfo block = seal.block(i, 0);
            if (removed.of(block.firstSequence(), block.count()) == null) {
                return false;
            }
        }
        return true;
    }

    /**
     * By tenant what was removed of a block of which so many events are not there. Where that is not known it is a finding, once,
     * and nothing.
     */
    Map<String, Integer> of(BlockInfo block, int events) {
        if (removed == null) {
            read();
        }
        Map<String, Integer> known = removed.of(block.firstSequence(), events);
        if (known == null) {
            // Beside a server at work more may have been removed since.
            read();
            known = removed.of(block.firstSequence(), events);
        }
        if (known == null && !told) {
            told = true;
            findings.removedUnknown(place.name(), block.position());
        }
        return known == null ? Map.of() : known;
    }

    private void read() {
        removed = RemovedEvents.NONE;
        try {
            RemovedEvents found = RemovedEvents.read(
                    files,
                    place.directory(),
                    shard,
                    place.name().incarnation(),
                    place.name().number());
            removed = found == null ? RemovedEvents.NONE : found;
        } catch (ClosedByInterruptException e) {
            throw new IllegalStateException("interrupted", e);
        } catch (IOException e) {
            findings.unreadable(place.name().toString(), e);
        }
    }
}
