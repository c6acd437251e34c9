package io.evident.pipeline.recorder;

import io.evident.event.Lane;
import io.evident.event.Refusal;
import io.evident.event.Tier;
import io.evident.pipeline.receipt.ReceiptSink;

/** The answer to one event, for a thread that waits for it. */
final class AwaitedAnswer implements ReceiptSink {
    private volatile Refusal refusal;
    private volatile boolean there;

    /** Whether it has come. */
    boolean isThere() {
        return there;
    }

    /** Why the event was not stored; {@code null} when it was. */
    Refusal refusal() {
        return refusal;
    }

    @Override
    public void receipt(
            int index,
            long idHigh,
            long idLow,
            int shard,
            int incarnation,
            long sequence,
            Tier tier,
            Lane lane,
            boolean duplicate) {
        there = true;
    }

    @Override
    public void refusal(int index, long idHigh, long idLow, Refusal why) {
        refusal = why;
        there = true;
    }

    @Override
    public void flush() {
        // Whoever waits looks by itself.
    }
}
