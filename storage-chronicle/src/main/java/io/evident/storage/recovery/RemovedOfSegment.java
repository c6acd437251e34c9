package io.evident.storage.recovery;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.storage.blocks.SegmentSeal;
import io.evident.storage.file.FileOperations;
import io.evident.storage.recovery.SegmentPlaces.Place;
import io.evident.storage.removed.RemovedEvents;
import io.evident.storage.segment.BlockReduction;
import io.evident.storage.segment.EnvelopeLayout;
import io.evident.storage.segment.SegmentReader;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.Map;
import java.util.zip.CRC32C;

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
        Map<String, Integer> known = find(block, events);
        return known == null ? unknown(block) : known;
    }

    /**
     * The same of a block that was read. Beside a server at work more may have been removed since the segment was opened: the
     * block is read again then, as it is now.
     */
    Map<String, Integer> of(BlockInfo block, int events, BlockReader into) {
        Map<String, Integer> known = find(block, events);
        if (known == null) {
            known = again(block, into);
        }
        return known == null ? unknown(block) : known;
    }

    private Map<String, Integer> find(BlockInfo block, int events) {
        if (removed == null) {
            read();
        }
        Map<String, Integer> known = removed.of(block.firstSequence(), events);
        if (known == null) {
            // Beside a server at work more may have been removed since.
            read();
            known = removed.of(block.firstSequence(), events);
        }
        return known;
    }

    private Map<String, Integer> again(BlockInfo block, BlockReader into) {
        try (SegmentReader now = new SegmentReader(files, place.directory(), place.name())) {
            if (!now.exists()) {
                Map<String, Integer> all = find(block, block.count());
                if (all != null) {
                    into.beginFreed(block);
                }
                return all;
            }
            byte[] bytes = new byte[block.lengthBytes()];
            boolean isThere = now.read(block.position(), bytes, 0, bytes.length) == bytes.length
                    && EnvelopeLayout.check(bytes, 0, bytes.length, new CRC32C()) == null
                    && EnvelopeLayout.info(bytes, 0, block.segment(), block.position())
                            .equals(block);
            Map<String, Integer> known =
                    isThere ? find(block, BlockReduction.removedEvents(bytes, 0, bytes.length)) : null;
            if (known != null) {
                System.arraycopy(bytes, 0, into.buffer(bytes.length), 0, bytes.length);
                into.begin(block);
            }
            return known;
        } catch (ClosedByInterruptException e) {
            throw new IllegalStateException("interrupted", e);
        } catch (IOException e) {
            findings.unreadable(place.name().toString(), e);
            return null;
        }
    }

    private Map<String, Integer> unknown(BlockInfo block) {
        if (!told) {
            told = true;
            findings.removedUnknown(place.name(), block.position());
        }
        return Map.of();
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
