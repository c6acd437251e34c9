package io.evident.pipeline;

import io.evident.event.EventField;
import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.pipeline.duplicate.Claim;
import io.evident.pipeline.duplicate.DuplicateWindow;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.journal.BlockSource;
import io.evident.pipeline.journal.EmergencySource;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the events of a shard's emergency journal that its journal holds, where a start does not believe all that the
 * blocks say of folding, and teaches the duplicate window these, however long ago they were folded in: so that they are not
 * folded in again. Of the events only those count that some block says are folded; their ids are all that is kept in memory.
 */
final class FoldedReplay {
    private static final Logger LOG = LoggerFactory.getLogger(FoldedReplay.class);

    private record Key(String tenant, long idHigh, long idLow) {
        static Key of(EventView event) {
            return new Key(event.text(EventField.TENANT), event.idHigh(), event.idLow());
        }
    }

    private final DuplicateWindow window;
    private final BlockReader reader = new BlockReader();
    private final Claim claim = new Claim();

    FoldedReplay(DuplicateWindow window) {
        this.window = window;
    }

    /** Reads the CRITICAL blocks that may hold such events, once, if there are any; before the rest is taught. */
    void run(BlockSource source, EmergencySource emergency, long nowMs) {
        long believed = source.foldedThrough(source.blockCount());
        if (source.saidFoldedThrough() <= believed) {
            return;
        }
        Set<Key> wanted = wanted(emergency, believed, source.saidFoldedThrough());
        int from = firstBehind(source, believed);
        for (int i = from; i < source.blockCount() && !wanted.isEmpty(); i++) {
            if (source.block(i).lane() == Lane.CRITICAL) {
                learn(source, source.block(i), wanted, nowMs);
            }
        }
    }

    private Set<Key> wanted(EmergencySource emergency, long behind, long through) {
        Set<Key> wanted = new HashSet<>();
        for (BlockInfo block : emergency.blocks()) {
            if (block.lastSequence() > behind && block.firstSequence() <= through) {
                try {
                    emergency.read(block, reader);
                    while (reader.next()) {
                        wanted.add(Key.of(reader.event()));
                    }
                } catch (IOException | IllegalStateException e) {
                    // Not folded in either, as long as it cannot be read.
                    LOG.error("shard {}: {} of the emergency journal cannot be read", emergency.shard(), block, e);
                }
            }
        }
        return wanted;
    }

    /** The first block that may have folded in more than this. */
    private static int firstBehind(BlockSource source, long position) {
        int block = 0;
        while (block < source.blockCount() && source.foldedThrough(block) < position) {
            block++;
        }
        return block;
    }

    private void learn(BlockSource source, BlockInfo block, Set<Key> wanted, long nowMs) {
        try {
            source.read(block, reader);
            while (reader.next()) {
                EventView event = reader.event();
                if (wanted.remove(Key.of(event))
                        && window.claim(event, event.idHigh(), event.idLow(), nowMs, claim) == Claim.Verdict.NEW) {
                    window.resolve(claim.handle(), source.shard(), reader.sequence(), block.lane());
                }
            }
        } catch (IOException | IllegalStateException e) {
            LOG.error(
                    "shard {}: {} cannot be read; what it folded in may be folded in once more",
                    source.shard(),
                    block,
                    e);
        }
    }
}
