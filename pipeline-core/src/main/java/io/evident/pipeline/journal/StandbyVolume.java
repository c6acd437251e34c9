package io.evident.pipeline.journal;

import java.io.IOException;

/** Where a shard goes on when the volume of its journal has failed. Used once, by the writer's thread. */
public interface StandbyVolume {
    /** Memory for the blocks that are appended and not yet forced, in bytes. */
    int retainedBytes();

    /** A force of the journal that takes longer than this counts as failed, in nanoseconds. */
    long forceTimeoutNs();

    /**
     * Writes the blocks again on the standby volume and forces them, as blocks of the incarnation that they are of and with
     * the same bytes; then opens the shard's next incarnation there. The journal that was written to so far is given up: no
     * block of it that is read from the standby now is read from the failed volume.
     *
     * @param unforced in the order of their sequences; the last one may be in doubt, which is one that the journal did not
     *     say it has
     * @param failure why
     * @throws IOException when the standby volume failed as well; then the shard has none any more
     */
    Taken takeOver(RetainedBlocks unforced, Throwable failure) throws IOException;

    /**
     * The outcome.
     *
     * @param journal the journal that goes on
     * @param last what describes the last block that was written again; {@code null} when there was none
     */
    record Taken(Journal journal, BlockInfo last) {}
}
