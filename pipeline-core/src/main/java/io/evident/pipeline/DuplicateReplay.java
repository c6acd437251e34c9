package io.evident.pipeline;

import io.evident.event.EventView;
import io.evident.pipeline.duplicate.Claim;
import io.evident.pipeline.duplicate.DuplicateWindow;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.journal.BlockSource;
import io.evident.pipeline.journal.EmergencySource;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Teaches the duplicate window what the journal already holds, so that a retry after a restart still finds its first
 * sending: the last {@code windowIds} events, each shard giving its share by what it holds.
 */
final class DuplicateReplay {
    private static final Logger LOG = LoggerFactory.getLogger(DuplicateReplay.class);

    private final DuplicateWindow window;
    private final int windowIds;
    private final BlockReader reader = new BlockReader();
    private final Claim claim = new Claim();

    DuplicateReplay(DuplicateWindow window, int windowIds) {
        this.window = window;
        this.windowIds = windowIds;
    }

    /** Reads the tails of all shards, a block of each in turn; returns the events that were read. */
    long run(List<BlockSource> sources, long nowMs) {
        int[] next = new int[sources.size()];
        for (int i = 0; i < next.length; i++) {
            next[i] = firstBlock(sources.get(i), share(sources, sources.get(i)));
        }
        long events = 0;
        boolean any = true;
        while (any) {
            any = false;
            for (int i = 0; i < next.length; i++) {
                if (next[i] < sources.get(i).blockCount()) {
                    events += replay(sources.get(i), sources.get(i).block(next[i]++), nowMs);
                    any = true;
                }
            }
        }
        return events;
    }

    /** Teaches what the emergency journal of a shard holds and its journal does not yet. */
    void runEmergency(EmergencySource source, long foldedThrough, long nowMs) {
        for (BlockInfo block : source.blocks()) {
            try {
                if (block.lastSequence() > foldedThrough) {
                    source.read(block, reader);
                    learnEmergency(source.shard(), nowMs);
                }
            } catch (IOException | IllegalStateException e) {
                LOG.error(
                        "shard {}: {} of the emergency journal cannot be read; its ids are not remembered",
                        source.shard(),
                        block,
                        e);
            }
        }
    }

    private void learnEmergency(int shard, long nowMs) {
        while (reader.next()) {
            EventView event = reader.event();
            if (window.claim(event, event.idHigh(), event.idLow(), nowMs, claim) == Claim.Verdict.NEW) {
                window.resolveEmergency(claim.handle(), shard, reader.sequence());
            }
        }
    }

    private long share(List<BlockSource> sources, BlockSource source) {
        long all = 0;
        for (BlockSource each : sources) {
            all += eventCount(each);
        }
        return all <= windowIds ? windowIds : (long) ((double) windowIds * eventCount(source) / all);
    }

    private static long eventCount(BlockSource source) {
        int blocks = source.blockCount();
        return blocks == 0 ? 0 : source.block(blocks - 1).lastSequence() + 1;
    }

    private static int firstBlock(BlockSource source, long events) {
        int block = source.blockCount();
        long taken = 0;
        while (block > 0 && taken < events) {
            block--;
            taken += source.block(block).count();
        }
        return block;
    }

    /** A damaged block must not keep the server from starting: its events are lost, and may be sent again as new ones. */
    private int replay(BlockSource source, BlockInfo block, long nowMs) {
        try {
            source.read(block, reader);
            learn(source, block, nowMs);
            return block.count();
        } catch (IOException | IllegalStateException e) {
            LOG.error("shard {}: {} cannot be read; its ids are not remembered", source.shard(), block, e);
            return 0;
        }
    }

    private void learn(BlockSource source, BlockInfo block, long nowMs) {
        while (reader.next()) {
            EventView event = reader.event();
            // Only the first of two events with one id counts: the second can only be there because the window forgot.
            if (window.claim(event, event.idHigh(), event.idLow(), nowMs, claim) == Claim.Verdict.NEW) {
                window.resolve(claim.handle(), source.shard(), reader.sequence(), block.lane());
            }
        }
    }
}
