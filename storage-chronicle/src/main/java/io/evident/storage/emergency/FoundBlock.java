package io.evident.storage.emergency;

import io.evident.pipeline.journal.BlockInfo;

/**
 * A whole block in one of the copies.
 *
 * @param copy where it was found
 * @param info what it says of itself, and where it stands
 * @param checksum its checksum
 */
record FoundBlock(Copy copy, BlockInfo info, int checksum) {
    /** Whether it is the same block, wherever it stands. */
    boolean isSame(FoundBlock other) {
        return checksum == other.checksum
                && info.firstSequence() == other.info.firstSequence()
                && info.count() == other.info.count()
                && info.incarnation() == other.info.incarnation()
                && info.lengthBytes() == other.info.lengthBytes();
    }

    /** Whether both stand in the same place of their copies. */
    boolean isBeside(BlockInfo other) {
        return info.segment() == other.segment() && info.position() == other.position();
    }

    /** Where the word behind it stands. */
    long endPosition() {
        return info.position() + FileFormat.padded(info.lengthBytes());
    }
}
