package io.evident.storage.blocks;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.journal.BlockSource;
import io.evident.pipeline.journal.EventPlace;
import io.evident.pipeline.journal.FailedVolumeException;
import io.evident.pipeline.journal.RemovedEventException;
import io.evident.pipeline.journal.UnreadablePart;
import io.evident.storage.file.Closing;
import io.evident.storage.segment.BlockRead;
import io.evident.storage.segment.SegmentReader;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The readable side of a shard. Thread-safe; what changes it belongs to recovery and then to the writer, one after the
 * other.
 */
public final class ShardBlocks implements BlockSource, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ShardBlocks.class);

    private final int shard;
    private final BlockDirectory directory;
    private final Incarnations incarnations = new Incarnations();
    private final OpenSegments open = new OpenSegments();
    private volatile long saidFoldedThrough;
    private volatile long events;
    private final FoldTable folds = new FoldTable();
    private final FreedBlocks freed = new FreedBlocks();
    private volatile SegmentReader[] segments = new SegmentReader[0];
    private volatile FailedVolume failed;
    private volatile List<UnreadablePart> unreadable = List.of();

    /** The segments below a directory cannot be relied on any more; those of a volume that hangs are not even tried. */
    private record FailedVolume(Path directory, String reason, boolean hangs) {
        boolean holds(SegmentReader segment) {
            return segment.file().startsWith(directory);
        }
    }

    /** Without any blocks yet. */
    public ShardBlocks(int shard) {
        this(shard, BlockDirectory.BLOCKS_KEPT);
    }

    /** @param blocksKept how many of the last blocks are known without the seals of their segments in any case */
    ShardBlocks(int shard, int blocksKept) {
        this.shard = shard;
        this.directory = new BlockDirectory(blocksKept);
    }

    @Override
    public int shard() {
        return shard;
    }

    @Override
    public int blockCount() {
        return directory.size();
    }

    /**
     * {@inheritDoc}
     *
     * <p>While what is known of an old block cannot be read, another description stands for it and those beside it: with the
     * sequences and times of all of them, and in a place where no block is, so that reading it fails as it does with damage, or
     * on a failed volume.
     */
    @Override
    public BlockInfo block(int index) {
        BlockRun run = directory.runOf(index);
        BlockInfo inHeap = run.inHeap(index);
        if (inHeap != null) {
            return inHeap;
        }
        if (!isTried(run.segment())) {
            return run.standIn();
        }
        try {
            return directory.get(index);
        } catch (IOException e) {
            if (run.tellUnreadable()) {
                LOG.error("shard {}: where the blocks of a segment are cannot be read; it is tried again", shard, e);
            }
            return run.standIn();
        }
    }

    @Override
    public int nextKept(int block) {
        return Math.min(freed.nextKept(block), Math.max(block, directory.size()));
    }

    /** The block behind the last one below {@code end} that is not freed; 0 when there is none. */
    public int keptBelow(int end) {
        return freed.keptBelow(end);
    }

    /** The events of all blocks, also of those that are freed. */
    public long events() {
        return events;
    }

    /** The events of blocks that are freed. */
    public long freedEvents() {
        return freed.events();
    }

    /** Blocks of a segment that {@link SegmentReader#isFreed is freed}: from now on they are passed over. */
    public void setFreed(int fromBlock, int toBlock) {
        if (fromBlock == toBlock) {
            return;
        }
        // Sequences are dense in a segment, and what stands for its blocks while its seal cannot be read has those of
        // all of them.
        long events = block(toBlock - 1).lastSequence() - block(fromBlock).firstSequence() + 1;
        freed.add(fromBlock, toBlock, events);
    }

    @Override
    public long foldedThrough(int blockCount) {
        if (blockCount < 0 || blockCount > directory.size()) {
            throw new IndexOutOfBoundsException(blockCount + " blocks of " + directory.size());
        }
        return folds.foldedThrough(blockCount);
    }

    @Override
    public int incarnationOf(long sequence) {
        int incarnation = incarnations.of(sequence);
        if (incarnation < 0) {
            throw new IllegalStateException("no block of shard " + shard + " holds sequence " + sequence);
        }
        return incarnation;
    }

    @Override
    public long saidFoldedThrough() {
        return saidFoldedThrough;
    }

    /** What recovery found; before anyone else reads. */
    public void setSaidFoldedThrough(long position) {
        saidFoldedThrough = position;
    }

    @Override
    public List<UnreadablePart> unreadable() {
        return unreadable;
    }

    @Override
    public void read(BlockInfo block, BlockReader into) throws IOException {
        IOException failure = null;
        if (isFreed(block)) {
            into.beginFreed(block);
            return;
        }
        if (isTried(block.segment())) {
            try {
                at(block).whole(into);
                into.begin(block);
                return;
            } catch (ClosedByInterruptException e) {
                throw e;
            } catch (IOException e) {
                if (isFreed(block)) {
                    into.beginFreed(block);
                    return;
                }
                failure = e;
            }
        }
        at(elsewhere(block, failure)).whole(into);
        into.begin(block);
    }

    @Override
    public byte[] readEvent(BlockInfo block, EventPlace place) throws IOException {
        return readEvents(block, List.of(place)).get(0);
    }

    @Override
    public List<byte[]> readEvents(BlockInfo block, List<EventPlace> places) throws IOException {
        IOException failure = null;
        if (isFreed(block)) {
            throw at(block).removed(places.get(0));
        }
        if (isTried(block.segment())) {
            try {
                return at(block).events(places);
            } catch (ClosedByInterruptException | RemovedEventException e) {
                throw e;
            } catch (IOException e) {
                if (isFreed(block)) {
                    throw at(block).removed(places.get(0));
                }
                failure = e;
            }
        }
        return at(elsewhere(block, failure)).events(places);
    }

    private boolean isFreed(BlockInfo block) {
        return segments[block.segment()].isFreed();
    }

    /** Not on a volume that hangs. */
    private boolean isTried(int segment) {
        FailedVolume before = failed;
        return before == null || !before.hangs() || !before.holds(segments[segment]);
    }

    /**
     * Where a block is that could not be read: written again since its description was asked for. One that is not is told
     * as what it is: damaged, or on a failed volume.
     */
    private BlockInfo elsewhere(BlockInfo block, IOException failure) throws IOException {
        BlockInfo now = current(block);
        if (now != null && now.segment() != block.segment()) {
            return now;
        }
        FailedVolume volume = failed;
        if (volume != null && volume.holds(segments[block.segment()])) {
            throw new FailedVolumeException(
                    new UnreadablePart(shard, block.firstSequence(), block.lastSequence(), volume.reason()), failure);
        }
        throw failure;
    }

    /** The description that a block of this incarnation and sequence has now, or {@code null}. */
    private BlockInfo current(BlockInfo block) {
        int index = indexOf(block.incarnation(), block.firstSequence());
        return index < 0 ? null : block(index);
    }

    /** The index of the block of an incarnation that begins with a sequence, or -1. */
    public int indexOf(int incarnation, long firstSequence) {
        return directory.indexOf(incarnation, firstSequence, this::block);
    }

    /**
     * Makes sure that nothing stands for the blocks around a sequence: whoever found that they are not what he has been told asks this before he
     * acts on it.
     *
     * @throws IOException when what is known of them cannot be read, or is on a volume that is not asked any more
     */
    public void requireKnown(int incarnation, long sequence) throws IOException {
        directory.readRun(incarnation, sequence, this::isTried);
    }

    private BlockRead at(BlockInfo block) {
        SegmentReader segment = segments[block.segment()];
        open.read(segment);
        return new BlockRead(shard, segment, block);
    }

    /** The segments that are known. */
    public List<SegmentReader> segmentReaders() {
        return List.of(segments);
    }

    /** Makes a segment known; returns the number that its blocks carry. */
    public int addSegment(SegmentReader segment) {
        SegmentReader[] known = segments;
        SegmentReader[] more = Arrays.copyOf(known, known.length + 1);
        more[known.length] = segment;
        segments = more;
        return known.length;
    }

    /** How many segments there are; their numbers are below. */
    public int segments() {
        return segments.length;
    }

    /** What reads a segment. */
    public SegmentReader segment(int segment) {
        return segments[segment];
    }

    /** The directory of a segment. */
    public Path segmentDirectory(int segment) {
        return segments[segment].file().getParent();
    }

    /**
     * Makes a block known, whose segment is: from now on it is read.
     *
     * @param foldedThrough how far the emergency journal is folded in with it
     */
    @SuppressWarnings("NonAtomicVolatileUpdate") // Only one thread ever adds.
    public void add(BlockInfo block, long foldedThrough) {
        // First the fold: it must be there for whoever sees the block counted.
        folds.add(directory.size(), foldedThrough);
        incarnations.add(block.incarnation(), block.firstSequence(), block.lastSequence());
        directory.add(block);
        events += block.count();
    }

    /** Blocks were written again, into other segments: from now on they are read there. */
    public void replace(int from, List<BlockInfo> infos) {
        directory.replace(from, infos);
    }

    /**
     * The volume of the segments below a directory has failed: what cannot be read there is told as {@link
     * FailedVolumeException}.
     *
     * @param hangs whether it is not to be touched any more
     */
    public void failVolume(Path segmentsDirectory, String reason, boolean hangs) {
        failed = new FailedVolume(segmentsDirectory, reason, hangs);
    }

    /** Sequences that are known to be somewhere else; by sequence. */
    public void setUnreadable(List<UnreadablePart> parts) {
        unreadable = List.copyOf(parts);
    }

    /** What another volume may hold that nobody can ask: what is missing in between, and behind the end. */
    public List<UnreadablePart> missing(String reason) {
        List<UnreadablePart> parts = new ArrayList<>();
        long next = 0;
        for (int i = 0; i < blockCount(); i++) {
            BlockInfo block = block(i);
            if (block.firstSequence() > next) {
                parts.add(new UnreadablePart(shard, next, block.firstSequence() - 1, reason));
            }
            next = Math.max(next, block.lastSequence() + 1);
        }
        parts.add(new UnreadablePart(shard, next, UnreadablePart.OPEN_END, reason));
        return parts;
    }

    /**
     * The blocks from one on are sealed, all of a segment: what is known of them need not stay in memory. Nothing changes when they are
     * others. Any thread, once for each segment.
     */
    public void sealed(int firstBlock, SealedEntries entries) {
        directory.sealed(firstBlock, entries);
    }

    /** Some of the blocks as a seal keeps them: see {@link BlockDirectory#entries}. */
    long[][] entries(int from, int to) {
        return directory.entries(from, to);
    }

    /** What a seal of some of the blocks keeps about folding: see {@link FoldTable#pairs}. */
    long[] folds(int from, int to) {
        return folds.pairs(from, to);
    }

    /** Closes the files; to be called when nobody reads any more. */
    @Override
    public void close() throws IOException {
        Closing.all(Arrays.asList(segments));
    }
}
