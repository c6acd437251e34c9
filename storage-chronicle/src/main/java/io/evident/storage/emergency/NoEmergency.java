package io.evident.storage.emergency;

import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.journal.EmergencyJournal;
import io.evident.pipeline.journal.EmergencySource;
import java.io.IOException;
import java.util.List;

/** Stands in the place of the emergency journal of a shard that takes no events and has nothing left to be folded in. */
final class NoEmergency implements EmergencyJournal, EmergencySource {
    private final int shard;

    NoEmergency(int shard) {
        this.shard = shard;
    }

    @Override
    public int shard() {
        return shard;
    }

    @Override
    public List<BlockInfo> blocks() {
        return List.of();
    }

    @Override
    public void read(BlockInfo block, BlockReader into) throws IOException {
        throw new IOException("the emergency journal of shard " + shard + " does not have " + block);
    }

    @Override
    public long nextPosition() {
        return 1;
    }

    @Override
    public BlockInfo append(Block block) throws IOException {
        throw new IOException("the emergency journal of shard " + shard + " is not open: the shard is sealed");
    }

    @Override
    public int workingCopies() {
        return 0;
    }

    @Override
    public void hideThrough(long position) {
        // Nothing is listed.
    }

    @Override
    public void discardThrough(long position) {
        // Nothing is kept.
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
