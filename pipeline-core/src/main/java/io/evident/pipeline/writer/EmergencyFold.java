package io.evident.pipeline.writer;

import io.evident.event.Lane;
import io.evident.pipeline.duplicate.DuplicateWindow;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the events of the emergency journal into the shard's own, a block at a time and in their order, once the lane is
 * drained. The block that holds them says how far it folds, so that either both are there after a crash or neither. The
 * writer's thread only.
 */
final class EmergencyFold {
    private static final Logger LOG = LoggerFactory.getLogger(EmergencyFold.class);
    private static final long RETRY_NS = TimeUnit.SECONDS.toNanos(1);

    private final ShardContext shard;
    private final EmergencyPath path;
    private final DuplicateWindow duplicates;
    private final BlockReader reader = new BlockReader();
    /** Of the largest size, whatever the writer's own may be: the events were written as one block before. */
    private final Block block = new Block();

    /** Of the events of the source, those that are in the block. */
    private final boolean[] added = new boolean[Block.MAX_EVENTS];

    private BlockInfo source;
    private boolean waiting;
    private long retryTick;

    EmergencyFold(ShardContext shard) {
        this.shard = shard;
        this.path = shard.emergency();
        this.duplicates = shard.duplicates();
    }

    /**
     * The next block to append, filled; {@code null} when there is none now. It is empty when all its events are in the
     * journal already: then {@link #skipped} follows.
     *
     * @param nextSequence the sequence of its first event
     */
    Block next(long nextSequence) {
        if (!path.mode().isActive() || (waiting && shard.clock().nanoTime() - retryTick < 0)) {
            return null;
        }
        source = path.nextToFold();
        // Asked for before the lane is looked at: what is in the lane then, claimed or published, came before it;
        // except
        // for what was taken out of the lane itself.
        if (source == null
                || (!path.isFromLane(source)
                        && shard.lanes().ring(Lane.CRITICAL).depth() > 0)) {
            return null;
        }
        try {
            fill(nextSequence);
            waiting = false;
            path.unreadable(null);
            return block;
        } catch (IOException | IllegalStateException e) {
            tell(e);
            retryLater();
            return null;
        }
    }

    private void fill(long nextSequence) throws IOException {
        path.blocks().read(source, reader);
        // They were routed when they came, whatever the map is now.
        block.begin(Lane.CRITICAL, source.epoch(), nextSequence);
        block.foldThrough(source.lastSequence());
        for (int i = 0; reader.next(); i++) {
            // One in doubt that was sent again may be in both: then it was in the journal after all.
            added[i] = !duplicates.hasSequence(reader.event());
            if (added[i]) {
                block.add(reader.event());
            }
        }
    }

    /** The block was appended: from now on its events have sequences. */
    void appended(BlockInfo info) {
        path.folded(source);
        // Read from memory: the reader still has the block.
        reader.begin(source);
        long sequence = info.firstSequence();
        for (int i = 0; reader.next(); i++) {
            if (added[i]) {
                duplicates.relocate(reader.event(), shard.shard(), sequence++, Lane.CRITICAL);
            }
            shard.tally().countFolded(reader.event(), source.incarnation(), added[i]);
        }
        shard.tally().endBlock(info.lastSequence());
    }

    /**
     * Every event of the block is in the journal already; the next block to be appended, of any lane, will say so. Until
     * then nobody is to find them twice.
     */
    void skipped() {
        path.folded(source);
        path.journal().hideThrough(source.lastSequence());
        reader.begin(source);
        while (reader.next()) {
            shard.tally().countFolded(reader.event(), source.incarnation(), false);
        }
    }

    /** The events stay where they are, and CRITICAL ones keep to the path. */
    void retryLater() {
        retryTick = shard.clock().nanoTime() + RETRY_NS;
        waiting = true;
    }

    private void tell(Exception e) {
        if (path.unreadable() == null) {
            LOG.error(
                    "shard {}: {} of the emergency journal cannot be read; it is tried again each second",
                    shard.shard(),
                    source,
                    e);
        }
        path.unreadable(source);
    }
}
