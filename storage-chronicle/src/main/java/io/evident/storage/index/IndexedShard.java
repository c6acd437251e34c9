package io.evident.storage.index;

import io.evident.pipeline.index.IndexPart;
import io.evident.pipeline.index.ShardIndex;
import io.evident.storage.blocks.ShardBlocks;
import io.evident.storage.index.active.ActivePart;
import io.evident.storage.index.file.FilePart;
import io.evident.storage.index.part.PartView;
import io.evident.storage.index.part.ShardPart;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What there is of the index of one shard. Whoever asks reads a list that is replaced as a whole; what changes it is done
 * under a lock, by the indexer and by who writes the files, a few times in a second at the most.
 */
final class IndexedShard implements ShardIndex {
    /** So many parts may wait for their file before what is missing is not made any more, as it would wait as well. */
    static final int MANY_WAITING = 2;
    /** And so many before the oldest is given up: its blocks are read then. */
    private static final int MOST_WAITING = 4;

    private static final Logger LOG = LoggerFactory.getLogger(IndexedShard.class);

    private final ShardBlocks blocks;
    private final PartFiles files;
    private final PartMemory memory;
    private final boolean foundIsForced;
    /** The blocks that were there at the start. */
    private final int foundBlocks;

    private final AtomicLong synced = new AtomicLong(-1);
    private volatile List<ShardPart> parts;
    private final Deque<ActivePart> waiting = new ArrayDeque<>();
    private final BitSet leftOut = new BitSet();
    private volatile boolean hasGaps = true;
    private final ReentrantLock filing = new ReentrantLock();
    private volatile long renewals;

    /**
     * @param memory shared with the other shards
     * @param found the parts that are there already, by block
     * @param foundIsForced whether the blocks that are there already will survive a power cut
     */
    IndexedShard(ShardBlocks blocks, PartFiles files, PartMemory memory, List<FilePart> found, boolean foundIsForced) {
        this.blocks = blocks;
        this.files = files;
        this.memory = memory;
        this.foundIsForced = foundIsForced;
        this.foundBlocks = blocks.blockCount();
        this.parts = List.copyOf(found);
    }

    ShardBlocks blocks() {
        return blocks;
    }

    PartFiles files() {
        return files;
    }

    /** Whether a part has as many events as it may. */
    boolean isFull(ActivePart part) {
        return part.view().events() >= memory.mostEvents();
    }

    /** The first block that nobody knew at the start. */
    int foundBlocks() {
        return foundBlocks;
    }

    @Override
    public List<IndexPart> parts() {
        List<IndexPart> views = new ArrayList<>();
        for (ShardPart part : parts) {
            PartView view = part.view();
            if (view != null) {
                views.add(view);
            }
        }
        return Collections.unmodifiableList(views);
    }

    /** What the parts are made of; any thread. */
    List<ShardPart> all() {
        return parts;
    }

    /** Events up to this sequence are forced. Any thread, in any order; without a lock. */
    void synced(long sequence) {
        synced.accumulateAndGet(sequence, Math::max);
    }

    /** Whether all that a part covers survives a power cut. */
    boolean isForced(ActivePart part) {
        return part.endBlock() <= foundBlocks
                ? foundIsForced
                : part.firstSequence() + part.view().events() - 1 <= synced.get();
    }

    /** How often anything was renewed. To be asked before the first block of a part is read. */
    long renewals() {
        return renewals;
    }

    /** Held while the file of a part is written. */
    ReentrantLock filing() {
        return filing;
    }

    /**
     * The blocks of a segment, these, do not have all their events any more: the parts that cover some of them go, with their
     * files, and are made anew unless the segment is freed. What is read from here on is what there is now. Any thread.
     *
     * @throws IOException when a file cannot be removed
     */
    void renew(int firstBlock, int endBlock) throws IOException {
        filing.lock();
        try {
            dropAll(firstBlock, endBlock);
            files.deleteAll(blocks.segmentDirectory(blocks.block(firstBlock).segment()));
        } finally {
            filing.unlock();
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // Under the lock.
    private synchronized void dropAll(int firstBlock, int endBlock) {
        renewals++;
        leftOut.clear(firstBlock, endBlock);
        for (ShardPart part : parts) {
            if (part.firstBlock() < endBlock && part.endBlock() > firstBlock) {
                drop(part);
            }
        }
        hasGaps = true;
    }

    /**
     * A part that has a block by now.
     *
     * @param renewalsSeen what {@link #renewals} was before the block was read
     * @return false when that may not be what there is now: it is not taken
     */
    synchronized boolean add(ActivePart part, long renewalsSeen) {
        if (renewalsSeen != renewals) {
            hasGaps = true;
            return false;
        }
        List<ShardPart> more = new ArrayList<>(parts);
        int at = 0;
        while (at < more.size() && more.get(at).firstBlock() < part.firstBlock()) {
            at++;
        }
        more.add(at, part);
        parts = List.copyOf(more);
        return true;
    }

    /** Nothing is added to a part any more: its file can be written. */
    synchronized void complete(ActivePart part) {
        if (!parts.contains(part)) {
            // It was dropped while it was made.
            hasGaps = true;
            return;
        }
        waiting.add(part);
        memory.waits(part);
        if (waiting.size() > MOST_WAITING || memory.isExceeded()) {
            ActivePart given =
                    Collections.min(waiting, (one, other) -> Integer.compare(one.firstBlock(), other.firstBlock()));
            LOG.warn(
                    "shard {}: {} parts of the index cannot be written; one is given up, its blocks are read",
                    blocks.shard(),
                    waiting.size());
            drop(given);
        }
    }

    /** The part that has waited for its file for the longest time, or {@code null}. */
    synchronized ActivePart firstWaiting() {
        return waiting.peek();
    }

    synchronized boolean hasManyWaiting() {
        return waiting.size() >= MANY_WAITING;
    }

    /** A part is in a file now; false when it was given up meanwhile. */
    synchronized boolean replace(ActivePart part, FilePart file) {
        if (!waiting.remove(part)) {
            return false;
        }
        memory.waitsNoMore(part);
        List<ShardPart> changed = new ArrayList<>(parts);
        changed.set(changed.indexOf(part), file);
        parts = List.copyOf(changed);
        return true;
    }

    /** A part is used no more: what it covers is a gap. */
    synchronized void drop(ShardPart part) {
        List<ShardPart> fewer = new ArrayList<>(parts);
        if (fewer.remove(part)) {
            parts = List.copyOf(fewer);
            hasGaps = true;
        }
        if (part instanceof ActivePart active && waiting.remove(active)) {
            memory.waitsNoMore(active);
        }
    }

    /** Removes the parts that turned out to be damaged; returns how many. */
    int dropDamaged() {
        int damaged = 0;
        for (ShardPart part : parts) {
            if (part.view() == null && part instanceof FilePart file) {
                LOG.warn("shard {}: {} is damaged; it is made anew", blocks.shard(), file.path());
                drop(file);
                files.delete(file.path());
                damaged++;
            }
        }
        return damaged;
    }

    // ---- gaps; the indexer's thread ----

    /** A block cannot be read: no part covers it, until the next start. */
    synchronized void leaveOut(int block, Exception reason) {
        if (leftOut.isEmpty()) {
            LOG.warn(
                    "shard {}: a block from sequence {} cannot be indexed, nor others perhaps; queries read them: {}",
                    blocks.shard(),
                    blocks.block(block).firstSequence(),
                    reason.toString());
        }
        leftOut.set(block);
    }

    boolean hasGaps() {
        return hasGaps;
    }

    /**
     * The last run of blocks of one segment below {@code end} that no part covers, as its first and the block behind it; or
     * {@code null}. What is not covered behind {@code end} is somebody else's.
     */
    int[] lastGap(int end) {
        hasGaps = false;
        List<ShardPart> now = parts;
        int behind = end;
        for (int i = now.size() - 1; i >= -1; i--) {
            int from = i < 0 ? 0 : now.get(i).endBlock();
            int[] gap = gapWithin(from, behind);
            if (gap != null) {
                hasGaps = true;
                return gap;
            }
            behind = i < 0 ? 0 : Math.min(behind, now.get(i).firstBlock());
        }
        return null;
    }

    private synchronized int[] gapWithin(int from, int end) {
        int behind = blocks.keptBelow(end);
        while (behind > from && leftOut.get(behind - 1)) {
            behind = blocks.keptBelow(behind - 1);
        }
        if (behind <= from) {
            return null;
        }
        int segment = blocks.block(behind - 1).segment();
        int first = behind - 1;
        while (first > from
                && !leftOut.get(first - 1)
                && blocks.block(first - 1).segment() == segment) {
            first--;
        }
        return new int[] {first, behind};
    }

    // ---- figures ----

    /** The events that are in blocks and not in parts. */
    synchronized long eventsBehind() {
        long covered = 0;
        for (IndexPart part : parts()) {
            covered += part.events();
        }
        return Math.max(0, blocks.events() - blocks.freedEvents() - covered);
    }
}
