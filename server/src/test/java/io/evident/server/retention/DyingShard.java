package io.evident.server.retention;

import io.evident.pipeline.journal.BlockSource;
import io.evident.pipeline.retention.ShardHorizon;
import io.evident.storage.retention.Expired;
import io.evident.storage.retention.Removal;
import java.io.IOException;
import java.util.List;

/** A shard from which nothing can be removed. */
record DyingShard(MemoryRetained shard) implements RetainedShard {
    @Override
    public BlockSource blocks() {
        return shard.blocks();
    }

    @Override
    public long syncedSequence() {
        return shard.syncedSequence();
    }

    @Override
    public List<Integer> sealed() {
        return shard.sealed();
    }

    @Override
    public SegmentContent content(int segment) throws IOException {
        return shard.content(segment);
    }

    @Override
    public long newestReceivedNs(int segment, int block) throws IOException {
        return shard.newestReceivedNs(segment, block);
    }

    @Override
    public Expired expired(int segment, ShardHorizon horizon) {
        return shard.expired(segment, horizon);
    }

    @Override
    public Removal remove(int segment, ShardHorizon horizon) throws IOException {
        throw new IOException("the process dies");
    }

    @Override
    public String name(int segment) {
        return shard.name(segment);
    }
}
