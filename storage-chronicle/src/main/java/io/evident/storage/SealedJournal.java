package io.evident.storage;

import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.Journal;
import io.evident.storage.recovery.RecoveredShard;
import io.evident.storage.recovery.SegmentPlaces;
import java.io.IOException;

/**
 * Stands in the place of the journal of a shard that was given up: all of it is forced, and nothing was begun behind it. It
 * knows what a journal would go on from, for when the shard is to take events again.
 */
final class SealedJournal implements Journal {
    private final int shard;
    private final RecoveredShard recovered;
    private final int lastIncarnation;
    private final SegmentPlaces places;
    private final ShardStandby standby;

    /**
     * @param recovered all of the shard, forced
     * @param lastIncarnation what the next incarnation has to be behind
     * @param standby its standby volume, or {@code null}
     */
    SealedJournal(
            int shard, RecoveredShard recovered, int lastIncarnation, SegmentPlaces places, ShardStandby standby) {
        this.shard = shard;
        this.recovered = recovered;
        this.lastIncarnation = lastIncarnation;
        this.places = places;
        this.standby = standby;
    }

    RecoveredShard recovered() {
        return recovered;
    }

    int lastIncarnation() {
        return lastIncarnation;
    }

    SegmentPlaces places() {
        return places;
    }

    /** Kept for when the shard is opened; nothing is written there meanwhile. */
    ShardStandby keptStandby() {
        return standby;
    }

    @Override
    public int shard() {
        return shard;
    }

    @Override
    public int incarnation() {
        return recovered.lastIncarnation();
    }

    @Override
    public long nextSequence() {
        return recovered.nextSequence();
    }

    @Override
    public BlockInfo append(Block block) throws IOException {
        throw new IOException("shard " + shard + " is sealed: it was given up, and takes no events");
    }

    @Override
    public void force() {
        // All there is was forced when it was found.
    }

    @Override
    public boolean isSealed() {
        return true;
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
