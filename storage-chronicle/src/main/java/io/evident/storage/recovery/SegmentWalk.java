package io.evident.storage.recovery;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.storage.segment.Damage;
import io.evident.storage.segment.SegmentReader;
import io.evident.storage.segment.SegmentWalker;
import java.io.IOException;
import java.util.function.Consumer;

/** Walks through the segments of a shard, one after the other, and tells how many bytes were checked. For one thread. */
final class SegmentWalk {
    /** What is done with the whole block that the walk is at. */
    @FunctionalInterface
    interface WholeBlock {
        void take() throws IOException;
    }

    private final int shard;
    private final VerifyListener listener;
    private SegmentWalker walker;

    SegmentWalk(int shard, VerifyListener listener) {
        this.shard = shard;
        this.listener = listener;
    }

    /** Walks from the first block of a segment to its end. */
    void through(SegmentReader reader, boolean finished, WholeBlock block, Consumer<Damage> onDamage)
            throws IOException {
        walker = walker == null ? new SegmentWalker(reader, shard) : new SegmentWalker(reader, shard, walker);
        long checked = 0;
        while (true) {
            SegmentWalker.Step step = walker.next(finished);
            long upTo = step == SegmentWalker.Step.END ? reader.sizeBytes() : walker.behindLastBlock();
            listener.checked(Math.max(0, upTo - checked));
            checked = Math.max(checked, upTo);
            switch (step) {
                case END -> {
                    return;
                }
                case DAMAGE -> onDamage.accept(walker.damage());
                case BLOCK -> block.take();
            }
        }
    }

    /** The bytes in which the block stands, from {@link #blockOffset}; while it is taken. */
    byte[] bytes() {
        return walker.bytes();
    }

    int blockOffset() {
        return walker.blockOffset();
    }

    /** The description of the block, under the number that its segment has among the shard's. */
    BlockInfo info(int segment) {
        return walker.info(segment);
    }
}
