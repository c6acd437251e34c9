package io.evident.storage.recovery;

import io.evident.storage.blocks.SegmentSeal;
import io.evident.storage.blocks.ShardBlocks;
import io.evident.storage.file.FileOperations;
import io.evident.storage.recovery.SegmentPlaces.Place;
import io.evident.storage.segment.SegmentReader;
import io.evident.storage.segment.SegmentRewrite;
import java.io.IOException;

/**
 * Forces what an earlier process may have left in memory only, as from here on it counts as SYNCED; and seals a segment when
 * nothing is wrong with it, so that it is read once only. Used by the thread that recovers.
 */
final class SegmentSettling {
    private final FileOperations files;
    private final int shard;
    private final RecoveryMode mode;
    private final TakenBlocks taken;

    SegmentSettling(FileOperations files, int shard, RecoveryMode mode, TakenBlocks taken) {
        this.files = files;
        this.shard = shard;
        this.mode = mode;
        this.taken = taken;
    }

    /** Whether it is done with this segment: its volume is one that is written to. */
    boolean isDone(Place place) {
        return mode == RecoveryMode.OPEN || (mode == RecoveryMode.OPEN_STANDBY && place.isOnStandby());
    }

    void force(Place place, SegmentReader reader) throws IOException {
        if (!reader.isArchived()) {
            // An archive was forced before the file gave way to it.
            SegmentRewrite.settle(files, place.directory(), reader.file());
        }
    }

    /**
     * Forces a segment of which the last blocks that were taken are.
     *
     * @param segment its number
     * @param firstBlock its first one's index
     * @param hashBefore the hash of the block before it
     * @param whole whether nothing is wrong with it
     */
    void settle(Place place, SegmentReader reader, int segment, int firstBlock, byte[] hashBefore, boolean whole)
            throws IOException {
        force(place, reader);
        if (whole) {
            ShardBlocks blocks = taken.blocks();
            SegmentSeal seal = new SegmentSeal(
                    blocks, firstBlock, blocks.blockCount(), taken.foldedThrough(), hashBefore, taken.lastHash());
            if (seal.tryWrite(files, place.directory(), shard, place.name())) {
                blocks.sealed(firstBlock, seal.entries(files, place.directory(), segment));
            }
        }
    }
}
