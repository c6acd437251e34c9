package io.evident.pipeline.journal;

/**
 * Hears of each block as it becomes safer: the active index, the live tail. Must not block and must not throw: it is
 * called on the road.
 */
public interface CommitListener {
    /** The block was journaled; its receipts follow. The writer's thread; the block is valid during the call only. */
    void onJournaled(int shard, BlockInfo info, Block block);

    /**
     * Every event up to this sequence was forced. The committer's thread; the writer's, too, when the shard goes over to its
     * standby volume: that may be beside a call of the committer's with a lower sequence, which may even follow, and before
     * {@link #onJournaled} of the block that was in doubt, which is forced there already.
     */
    void onSynced(int shard, long sequence);

    /** One that tells both, this one first. */
    default CommitListener and(CommitListener next) {
        CommitListener first = this;
        return new CommitListener() {
            @Override
            public void onJournaled(int shard, BlockInfo info, Block block) {
                first.onJournaled(shard, info, block);
                next.onJournaled(shard, info, block);
            }

            @Override
            public void onSynced(int shard, long sequence) {
                first.onSynced(shard, sequence);
                next.onSynced(shard, sequence);
            }
        };
    }
}
