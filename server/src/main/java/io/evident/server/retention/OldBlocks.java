package io.evident.server.retention;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.journal.BlockSource;
import io.evident.storage.archive.ArchiveWriter;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks through the blocks of one shard for the first that is not old. A sealed segment is read once, and then its tally tells of it and
 * of each of its blocks; what is not sealed is read block by block. A block that cannot be read is passed over when one behind it is old and it could not be read for a minute: a reason that
 * goes away, as too many open files, must not have what may be young expire. For the retention thread.
 */
final class OldBlocks {
    private static final Logger LOG = LoggerFactory.getLogger(OldBlocks.class);
    /** So many blocks in a row that cannot be read are passed over when one behind them is old. */
    private static final int MOST_UNREADABLE = 10_000;

    private static final int MOST_REMEMBERED = 4 * MOST_UNREADABLE;
    private static final long UNREADABLE_NS = TimeUnit.MINUTES.toNanos(1);
    /** What was received by so much later than now was stamped by a clock that was ahead. */
    private static final long AHEAD_NS = TimeUnit.MINUTES.toNanos(1);

    private final RetainedShard shard;
    private final BlockSource blocks;
    private final ArchiveWriter.Pace pace;
    private final BlockReader reader = new BlockReader();
    /** Those that could not be read when they were looked at last. */
    private final TreeMap<Integer, Unreadable> unreadable = new TreeMap<>();
    /** The block with an event from the future that the log has told of. */
    private int toldBlock = -1;

    /**
     * A block that could not be read.
     *
     * @param sinceNs when it could not first
     * @param triedNs when it could not last
     */
    private record Unreadable(long sinceNs, long triedNs) {
        /** Whether it has been tried for so long that it counts as lost. */
        boolean isLasting() {
            return triedNs - sinceNs >= UNREADABLE_NS;
        }
    }

    OldBlocks(RetainedShard shard, ArchiveWriter.Pace pace) {
        this.shard = shard;
        this.blocks = shard.blocks();
        this.pace = pace;
    }

    /**
     * The first block that may have an event which is not older than an age.
     *
     * @param sealed the shard's sealed segments
     * @param from all in front of it is old
     * @param nowNs nanoseconds since 1970; never less than before
     * @param goOn asked before each step
     */
    int firstKept(List<Integer> sealed, int from, long nowNs, long ageSeconds, BooleanSupplier goOn)
            throws IOException {
        long oldBeforeNs = nowNs - TimeUnit.SECONDS.toNanos(ageSeconds);
        int count = blocks.blockCount();
        int kept = Math.min(count, blocks.nextKept(from));
        int at = kept;
        int segment = -1;
        boolean isKnown = false;
        while (at < count && unreadableBetween(kept, at) <= MOST_UNREADABLE && goOn.getAsBoolean()) {
            BlockInfo block = blocks.block(at);
            boolean enters = block.segment() != segment;
            segment = block.segment();
            if (enters) {
                isKnown = sealed.contains(segment) && isKnown(segment);
            }
            boolean isWhole = enters && isKnown && shard.content(segment).newestReceivedNs() < oldBeforeNs;
            Long newestNs = isWhole ? Long.valueOf(Long.MIN_VALUE) : newestIn(block, at, nowNs, isKnown);
            int next = Math.min(count, blocks.nextKept(isWhole ? behindSegment(at, count) : at + 1));
            if (newestNs != null) {
                if (newestNs >= oldBeforeNs) {
                    tellWhenAhead(at, newestNs, nowNs);
                    return kept;
                }
                if (mayBeReadSoon(kept, at)) {
                    return kept;
                }
                kept = next;
            }
            at = next;
        }
        return kept;
    }

    private int unreadableBetween(int kept, int at) {
        return unreadable.subMap(kept, at).size();
    }

    private boolean mayBeReadSoon(int kept, int at) {
        return unreadable.subMap(kept, at).values().stream().anyMatch(block -> !block.isLasting());
    }

    /** Whether all of a sealed segment can be read, or was once. */
    private boolean isKnown(int segment) throws IOException {
        try {
            shard.content(segment);
            return true;
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            LOG.debug("segment {} has to be looked at block by block", shard.name(segment), e);
            return false;
        }
    }

    private int behindSegment(int at, int count) {
        int segment = blocks.block(at).segment();
        int behind = at + 1;
        while (behind < count && blocks.block(behind).segment() == segment) {
            behind++;
        }
        return behind;
    }

    /** When the newest event of a block was received; {@code null} when it cannot be read. */
    private Long newestIn(BlockInfo block, int at, long nowNs, boolean isKnown) throws IOException {
        Long known = isKnown ? known(block, at) : null;
        if (known != null) {
            unreadable.remove(at);
            return known;
        }
        Unreadable before = unreadable.get(at);
        if (before != null && before.isLasting() && nowNs - before.triedNs < UNREADABLE_NS) {
            // So that a look gets on where many cannot be read.
            return null;
        }
        Long newestNs = read(block);
        if (newestNs != null) {
            unreadable.remove(at);
            return newestNs;
        }
        unreadable.put(at, new Unreadable(before == null ? nowNs : before.sinceNs, nowNs));
        if (unreadable.size() > MOST_REMEMBERED) {
            unreadable.pollFirstEntry();
        }
        return null;
    }

    private Long known(BlockInfo block, int at) throws IOException {
        try {
            return shard.newestReceivedNs(block.segment(), at);
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            LOG.debug("segment {} has to be looked at block by block", shard.name(block.segment()), e);
            return null;
        }
    }

    private Long read(BlockInfo block) throws IOException {
        pace.spend(block.lengthBytes());
        try {
            blocks.read(block, reader);
            long newestNs = Long.MIN_VALUE;
            while (reader.next()) {
                newestNs = Math.max(newestNs, reader.event().receivedTimeNs());
            }
            return newestNs;
        } catch (IOException | IllegalStateException e) {
            LOG.debug("the age of {} is not known, as it cannot be read", block, e);
            return null;
        }
    }

    private void tellWhenAhead(int at, long newestNs, long nowNs) {
        if (newestNs - AHEAD_NS > nowNs && at != toldBlock) {
            toldBlock = at;
            LOG.warn(
                    "shard {} has an event, with a sequence from {} to {}, that was received at {} by a clock that was ahead:"
                            + " nothing behind it expires by its age before that is old",
                    blocks.shard(),
                    blocks.block(at).firstSequence(),
                    blocks.block(at).lastSequence(),
                    Instant.EPOCH.plusNanos(newestNs));
        }
    }
}
