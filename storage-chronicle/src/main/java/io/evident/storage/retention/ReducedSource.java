package io.evident.storage.retention;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.retention.ShardHorizon;
import io.evident.storage.archive.ArchiveWriter;
import io.evident.storage.segment.BlockReduction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A segment's file without what has expired: everything that is kept is where it was. What stands behind its last block is not
 * kept. Reads and checks every block. For one thread.
 */
final class ReducedSource implements ArchiveWriter.Source {
    private final SealedSegment segment;
    private final ShardHorizon horizon;
    private final RemovalPlan plan;
    private final long sizeBytes;
    private final BlockReader reading = new BlockReader();
    private final BlockReduction reduction = new BlockReduction();
    private final BlockTally tally = new BlockTally();
    /** What is left of the first blocks: of those that were read in turn. */
    private final SegmentContents.Builder kept = new SegmentContents.Builder();

    private byte[] scratch = new byte[0];
    private int at = -1;

    /** @param plan how many events have to be found expired, block by block */
    ReducedSource(SealedSegment segment, ShardHorizon horizon, RemovalPlan plan) throws IOException {
        this.segment = segment;
        this.horizon = horizon;
        this.plan = plan;
        this.sizeBytes = segment.reader().sizeBytes();
    }

    /** What is left; once all was read. */
    SegmentContents kept() {
        if (kept.blocks() != segment.blocks()) {
            throw new IllegalStateException(kept.blocks() + " of " + segment.blocks() + " blocks were read in turn");
        }
        return kept.build(tally.oldestReceivedNs());
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public String label() {
        return segment.directory().toString();
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
        int count = (int) Math.min(into.remaining(), sizeBytes - position);
        if (count <= 0) {
            return -1;
        }
        if (scratch.length < count) {
            scratch = new byte[count];
        }
        if (segment.reader().read(position, scratch, 0, count) < count) {
            throw new IOException(label() + " ends within what it is said to hold");
        }
        int from = (int) Math.max(0, Math.min(count, segment.dataEnd() - position));
        Arrays.fill(scratch, from, count, (byte) 0);
        for (int i = firstBehind(position); i < segment.blocks(); i++) {
            BlockInfo info = segment.block(i);
            if (info.position() >= position + count) {
                break;
            }
            overlay(i, info, position, count);
        }
        into.put(scratch, 0, count);
        return count;
    }

    /** The first block that ends behind a position. */
    private int firstBehind(long position) {
        int low = 0;
        int high = segment.blocks();
        while (low < high) {
            int middle = (low + high) >>> 1;
            BlockInfo info = segment.block(middle);
            if (info.position() + info.lengthBytes() <= position) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private void overlay(int index, BlockInfo info, long position, int count) throws IOException {
        byte[] block = reduced(index, info);
        long from = Math.max(position, info.position());
        long to = Math.min(position + count, info.position() + info.lengthBytes());
        System.arraycopy(block, (int) (from - info.position()), scratch, (int) (from - position), (int) (to - from));
    }

    private byte[] reduced(int index, BlockInfo info) throws IOException {
        byte[] block = reading.buffer(info.lengthBytes());
        if (at == index) {
            return block;
        }
        at = -1;
        segment.shard().read(info, reading);
        block = reading.buffer(info.lengthBytes());
        if (!horizon.hidesNothingFrom(info.firstSequence())) {
            int taken = reduction.reduce(block, info.lengthBytes(), horizon::hides);
            if (taken != plan.expired(index)) {
                throw new IOException(label() + ": " + taken + " events of the block from sequence "
                        + info.firstSequence() + " have expired, not " + plan.expired(index));
            }
        }
        if (kept.blocks() == index) {
            reading.begin(info);
            kept.add(tally.of(reading));
        }
        at = index;
        return block;
    }

    @Override
    public void close() {}
}
