package io.evident.pipeline.writer;

import io.evident.pipeline.journal.Block;
import java.util.concurrent.TimeUnit;

/**
 * When a block is complete. A lane that runs dry completes it before any of these.
 *
 * @param maxEvents most events, 1 to {@value Block#MAX_EVENTS}
 * @param maxBytes most bytes of its events with their lengths; {@link Block} says what it may be
 * @param maxFillNs the longest that it is filled, in nanoseconds
 */
public record BlockPlan(int maxEvents, int maxBytes, long maxFillNs) {
    /** 1,000 events, 256 KiB, 100 ms. */
    public static BlockPlan defaults() {
        return new BlockPlan(Block.MAX_EVENTS, Block.MAX_PAYLOAD_BYTES, TimeUnit.MILLISECONDS.toNanos(100));
    }

    Block newBlock() {
        return new Block(maxEvents, maxBytes);
    }
}
