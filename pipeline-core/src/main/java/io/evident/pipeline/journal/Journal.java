package io.evident.pipeline.journal;

import java.io.IOException;

/**
 * The writable side of one shard's journal, in one incarnation. What {@link #append} took is in the shard's
 * {@link BlockSource} when it returns.
 */
public interface Journal extends AutoCloseable {
    /** The shard, from 0. */
    int shard();

    /** The number of this opening, from 1. */
    int incarnation();

    /** The sequence that the next event gets: one more than the last good event found at the start, then dense. */
    long nextSequence();

    /**
     * Writes a block so that it survives the death of the process. The writer's thread only.
     *
     * @return the block's description, as its {@link BlockSource} now shows it
     * @throws NotWrittenException when there was no room: nothing has changed, and the block may be appended again
     * @throws IOException otherwise: it was not written, or may not have been; nothing may be appended after that
     */
    BlockInfo append(Block block) throws IOException;

    /**
     * Forces to the disk every block that was appended before the call. The committer's thread only; runs beside
     * {@link #append}.
     *
     * @throws IOException when the force failed or is in doubt; no later force can make up for it
     */
    void force() throws IOException;

    /**
     * Why this journal could not be opened for writing, so that it takes nothing; {@code null} for one that can be written.
     * Its shard has failed before it began: nothing of it is called SYNCED.
     */
    default IOException openFailure() {
        return null;
    }

    /**
     * Whether its shard was given up and nothing was opened for writing: it takes nothing, and all there is of it is forced.
     */
    default boolean isSealed() {
        return false;
    }

    /**
     * Where the shard goes on when this journal's volume fails; {@code null} when there is no such place. Any
     * thread.
     */
    default StandbyVolume standby() {
        return null;
    }

    /** Whether it is on the standby volume. */
    default boolean isOnStandby() {
        return false;
    }

    /** Forces and closes; called when neither writer nor committer runs any more. */
    @Override
    void close() throws IOException;
}
