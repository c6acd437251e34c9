package io.evident.pipeline.journal;

/**
 * Hears of each block as it becomes safer: the active index, the live tail. Must not block and must not throw: it is
 * called on the road.
 */
public interface CommitListener {
    /** The block was journaled; its receipts follow. The writer's thread; the block is valid during the call only. */
    void onJournaled(int shard, BlockInfo info, Block block);

    /** Every event up to this sequence was forced. The committer's thread. */
    void onSynced(int shard, long sequence);
}
