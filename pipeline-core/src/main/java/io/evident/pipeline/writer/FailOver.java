package io.evident.pipeline.writer;

import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.Journal;
import io.evident.pipeline.journal.NotWrittenException;
import io.evident.pipeline.journal.RetainedBlocks;
import io.evident.pipeline.journal.StandbyVolume;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writer's hold on its journal: appends, keeps what is not forced yet where there is a standby volume, and goes over to
 * that when the journal's volume fails. The writer's thread only.
 */
final class FailOver {
    private static final Logger LOG = LoggerFactory.getLogger(FailOver.class);
    private static final long NS_PER_MS = 1_000_000;

    private final ShardContext shard;
    /** {@code null} without a standby volume, as soon as it is used, too. */
    private RetainedBlocks retained;

    FailOver(ShardContext shard) {
        this.shard = shard;
        StandbyVolume standby = shard.journal().standby();
        this.retained = standby == null ? null : new RetainedBlocks(standby.retainedBytes());
    }

    /** Whether the next block can be kept until it is forced; when not, a force is asked for. */
    boolean hasRoom() {
        if (retained == null) {
            return true;
        }
        retained.trimThrough(shard.frontier().synced());
        if (retained.hasRoom()) {
            return true;
        }
        shard.syncQueue().askForForce();
        return false;
    }

    /**
     * Appends a block, on the standby volume when that is the only way. A failure of what it was to be appended to is
     * recorded in the shard's health.
     *
     * @return its description, with the incarnation that it is of
     * @throws NotWrittenException when there was no room; nothing has changed
     */
    BlockInfo append(Block filled) throws IOException {
        Journal journal = shard.journal();
        try {
            BlockInfo info = journal.append(filled);
            if (retained != null) {
                retained.add(filled);
            }
            return info;
        } catch (IOException | RuntimeException | Error e) {
            boolean goesOn = e instanceof NotWrittenException notWritten && !notWritten.endsJournal();
            BlockInfo info = goesOn ? null : appendElsewhere(filled, journal, e);
            if (info == null) {
                throw e;
            }
            return info;
        }
    }

    /** A block that is in the journal or not: on the standby volume it is, before anyone is told. */
    private BlockInfo appendElsewhere(Block inDoubt, Journal failed, Throwable failure) {
        shard.fail(failed, failure, "writing failed");
        if (retained == null || shard.health().state() != ShardState.FAILING_OVER) {
            return null;
        }
        retained.add(inDoubt);
        return takeOver();
    }

    /** Goes over to the standby volume, or fails the shard for good; returns the last block written again there, if any. */
    BlockInfo takeOver() {
        long started = shard.clock().nanoTime();
        shard.threadProgress().begin(started);
        Throwable cause = shard.health().cause();
        Journal failed = shard.journal();
        int blocks = 0;
        try {
            retained.trimThrough(shard.frontier().synced());
            blocks = retained.size();
            StandbyVolume.Taken taken = failed.standby().takeOver(retained, cause);
            long tookNs = shard.clock().nanoTime() - started;
            shard.tally().moveTo(taken.journal().incarnation(), taken.journal().nextSequence());
            shard.goOn(taken.journal(), new FailedOver(String.valueOf(cause), blocks, tookNs));
            LOG.warn(
                    "shard {}: goes on in incarnation {} on its standby volume, after {} ms; {} blocks that were not"
                            + " forced are written again and forced there. What failed: {}",
                    shard.shard(),
                    taken.journal().incarnation(),
                    tookNs / NS_PER_MS,
                    blocks,
                    cause.toString());
            return taken.last();
        } catch (IOException | RuntimeException | Error e) {
            e.addSuppressed(cause);
            shard.health().failForGood(e);
            LOG.error(
                    "shard {}: could not go over to its standby volume; it takes no more events, and its last {}"
                            + " blocks may not be forced",
                    shard.shard(),
                    blocks,
                    e);
            return null;
        } finally {
            // Whatever came of it, there is no second standby volume.
            retained = null;
            shard.threadProgress().rest();
        }
    }
}
