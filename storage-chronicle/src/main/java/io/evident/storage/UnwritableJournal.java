package io.evident.storage;

import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.Journal;
import java.io.IOException;

/**
 * Stands in the place of the journal of a shard that could not be opened for writing: it takes nothing. Its next
 * sequence is 0, so that nothing of the shard counts as forced: what is read from it was not forced by this start.
 */
final class UnwritableJournal implements Journal {
    private final int shard;
    private final int incarnation;
    private final IOException cause;

    UnwritableJournal(int shard, int incarnation, IOException cause) {
        this.shard = shard;
        this.incarnation = incarnation;
        this.cause = cause;
    }

    @Override
    public int shard() {
        return shard;
    }

    @Override
    public int incarnation() {
        return incarnation;
    }

    @Override
    public long nextSequence() {
        return 0;
    }

    @Override
    public BlockInfo append(Block block) throws IOException {
        throw new IOException("shard " + shard + " was opened for reading only: " + cause.getMessage(), cause);
    }

    @Override
    public void force() {
        // Nothing was appended.
    }

    @Override
    public IOException openFailure() {
        return cause;
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
