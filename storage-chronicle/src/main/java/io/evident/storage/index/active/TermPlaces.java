package io.evident.storage.index.active;

import io.evident.pipeline.journal.Block;

/** Where the terms of one field stand, for each event of a block. Filled again for each block; for one thread. */
final class TermPlaces {
    private final int[] offsets = new int[Block.MAX_EVENTS];
    private final int[] lengths = new int[Block.MAX_EVENTS];
    private final int[] hashes;
    private final int[] found;

    /** @param with whose room for what is found out on the way is used as well; {@code null} to have some */
    TermPlaces(TermPlaces with) {
        hashes = with == null ? new int[Block.MAX_EVENTS] : with.hashes;
        found = with == null ? new int[Block.MAX_EVENTS] : with.found;
    }

    /** The term of an event, counted from the block's first; a length below 0 for none. */
    void set(int event, int offset, int length) {
        offsets[event] = offset;
        lengths[event] = length;
    }

    int offset(int event) {
        return offsets[event];
    }

    int length(int event) {
        return lengths[event];
    }

    int[] hashes() {
        return hashes;
    }

    int[] found() {
        return found;
    }
}
