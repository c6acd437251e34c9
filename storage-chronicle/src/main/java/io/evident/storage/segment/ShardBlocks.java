package io.evident.storage.segment;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.journal.BlockSource;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The readable side of a shard. Thread-safe; {@link #addSegment} and {@link #add} belong to recovery and then to the
 * writer, one after the other.
 */
public final class ShardBlocks implements BlockSource, AutoCloseable {
    private final int shard;
    private final BlockDirectory directory = new BlockDirectory();
    private final FoldTable folds = new FoldTable();
    private volatile SegmentReader[] segments = new SegmentReader[0];

    /** Without any blocks yet. */
    public ShardBlocks(int shard) {
        this.shard = shard;
    }

    @Override
    public int shard() {
        return shard;
    }

    @Override
    public int blockCount() {
        return directory.size();
    }

    @Override
    public BlockInfo block(int index) {
        return directory.get(index);
    }

    @Override
    public long foldedThrough(int blockCount) {
        if (blockCount < 0 || blockCount > directory.size()) {
            throw new IndexOutOfBoundsException(blockCount + " blocks of " + directory.size());
        }
        return folds.foldedThrough(blockCount);
    }

    @Override
    public void read(BlockInfo block, BlockReader into) throws IOException {
        SegmentReader segment = segments[block.segment()];
        int length = block.lengthBytes();
        byte[] buffer = into.buffer(length);
        if (segment.read(block.position(), buffer, 0, length) < length) {
            throw damaged(block, segment, "the file ends within it");
        }
        DamageKind wrong = EnvelopeLayout.check(buffer, 0, length, new CRC32C());
        if (wrong != null) {
            throw damaged(block, segment, wrong.text());
        }
        boolean sameBlock = EnvelopeLayout.shard(buffer, 0) == shard
                && EnvelopeLayout.info(buffer, 0, block.segment(), block.position())
                        .equals(block);
        if (!sameBlock) {
            throw damaged(block, segment, "another block stands there");
        }
        into.begin(block);
    }

    private IOException damaged(BlockInfo block, SegmentReader segment, String reason) {
        return new IOException("shard " + shard + ", segment " + segment.name() + ", block at " + block.position()
                + " with sequences " + block.firstSequence() + " to " + block.lastSequence() + ": " + reason);
    }

    /** Makes a segment known; returns the number that its blocks carry. */
    public int addSegment(SegmentReader segment) {
        SegmentReader[] known = segments;
        SegmentReader[] more = Arrays.copyOf(known, known.length + 1);
        more[known.length] = segment;
        segments = more;
        return known.length;
    }

    /**
     * Makes a block known, whose segment is: from now on it is read.
     *
     * @param foldedThrough how far the emergency journal is folded in with it
     */
    public void add(BlockInfo block, long foldedThrough) {
        // First the fold: it must be there for whoever sees the block counted.
        folds.add(directory.size(), foldedThrough);
        directory.add(block);
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
