package io.evident.server.retention;

import io.evident.pipeline.journal.BlockSource;
import io.evident.pipeline.retention.ShardHorizon;
import io.evident.storage.blocks.ShardBlocks;
import io.evident.storage.retention.Expired;
import io.evident.storage.retention.Removal;
import io.evident.storage.retention.SegmentRetention;
import io.evident.storage.retention.SegmentTally;
import java.io.IOException;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.IntToLongFunction;
import java.util.function.LongSupplier;

/** A shard of the data directory. */
final class StoredShard implements RetainedShard {
    private final SegmentRetention storage;
    private final ShardBlocks blocks;
    private final IntPredicate writable;
    private final IntToLongFunction synced;
    private final RememberedFailures failures;

    /**
     * @param writable whether a shard is written to now, on its own volume, or is sealed there: of another one nothing is
     *     freed, and no segment counts as sealed
     * @param synced up to which sequence all of a shard is forced
     * @param tickNs nanoseconds that only grow
     */
    StoredShard(
            SegmentRetention storage,
            ShardBlocks blocks,
            IntPredicate writable,
            IntToLongFunction synced,
            LongSupplier tickNs) {
        this.storage = storage;
        this.blocks = blocks;
        this.writable = writable;
        this.synced = synced;
        this.failures = new RememberedFailures(tickNs);
    }

    @Override
    public BlockSource blocks() {
        return blocks;
    }

    @Override
    public long syncedSequence() {
        return synced.applyAsLong(blocks.shard());
    }

    @Override
    public List<Integer> sealed() throws IOException {
        return writable.test(blocks.shard()) ? storage.sealedSegments(blocks) : List.of();
    }

    @Override
    public SegmentContent content(int segment) throws IOException {
        SegmentTally tally = failures.ask(segment, () -> storage.tally(blocks, segment));
        return new SegmentContent(tally.tenants(), tally.newestReceivedNs());
    }

    @Override
    public long newestReceivedNs(int segment, int block) throws IOException {
        return failures.ask(segment, () -> storage.newestReceivedNs(blocks, segment, block));
    }

    @Override
    public Expired expired(int segment, ShardHorizon horizon) throws IOException {
        return failures.ask(segment, () -> storage.tally(blocks, segment).expired(horizon));
    }

    @Override
    public boolean isUntouched(int segment, ShardHorizon horizon) throws IOException {
        return storage.isUntouched(blocks, segment, horizon);
    }

    @Override
    public boolean mayRemove(int segment) throws IOException {
        boolean isFree = storage.mayRemove();
        if (isFree) {
            storage.requireKnown(blocks, segment);
        }
        return isFree;
    }

    @Override
    public Removal remove(int segment, ShardHorizon horizon) throws IOException {
        return storage.remove(blocks, segment, horizon);
    }

    @Override
    public String name(int segment) {
        return String.valueOf(blocks.segmentDirectory(segment).getFileName());
    }
}
