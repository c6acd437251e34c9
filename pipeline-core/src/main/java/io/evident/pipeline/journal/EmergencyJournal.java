package io.evident.pipeline.journal;

import java.io.IOException;

/**
 * Where a shard's CRITICAL events go while its lane is full or its writer is stalled or dead: plain files, each event in
 * every copy and forced before it is acknowledged. From here the writer folds them into the shard's journal. What
 * {@link #append} took is in the shard's {@link EmergencySource} when it returns.
 *
 * <p>An event's position counts the events of the shard's emergency journal from 1, densely, over all starts; 0 stands for
 * "none".
 */
public interface EmergencyJournal extends AutoCloseable {
    /** The shard, from 0. */
    int shard();

    /** The position that the next event gets. */
    long nextPosition();

    /**
     * Writes a block of CRITICAL events to every copy that works, and forces it: when this returns, the events survive a
     * power cut. The block's first sequence is its first position. The emergency thread only.
     *
     * @return the block's description, as the {@link EmergencySource} now shows it; {@code null} when the journal is full
     *     and nothing was written
     * @throws IOException when no copy took it, or none surely; nothing may be appended after that
     */
    BlockInfo append(Block block) throws IOException;

    /** How many of the copies work; 0 after {@link #append} has failed. Any thread. */
    int workingCopies();

    /** How much of its room is taken by files that hold something not yet folded and forced, 0 to 1. Any thread. */
    default double fullness() {
        return 0;
    }

    /**
     * The events up to this position are in the shard's journal, though no block of that says that they are folded in: they
     * are not listed any more, and keep their room until {@link #discardThrough}. The writer's thread only.
     */
    void hideThrough(long position);

    /**
     * What is folded into a block of the shard's journal that was forced: the files that hold no more than that may go, and
     * make room. The committer's thread only.
     */
    void discardThrough(long position);

    /** Closes the files; called when nobody appends or discards any more. */
    @Override
    void close() throws IOException;
}
