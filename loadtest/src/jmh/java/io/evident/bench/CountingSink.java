package io.evident.bench;

import io.evident.event.Lane;
import io.evident.event.Refusal;
import io.evident.event.Tier;
import io.evident.pipeline.receipt.ReceiptSink;

/** Counts the answers to events, all of which have to be receipts. For one thread. */
final class CountingSink implements ReceiptSink {
    private long receipts;

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
        receipts++;
    }

    @Override
    public void refusal(int index, long idHigh, long idLow, Refusal refusal) {
        throw new IllegalStateException("event " + index + " was refused: " + refusal);
    }

    @Override
    public void flush() {
        // Nothing is gathered.
    }

    long receipts() {
        return receipts;
    }
}
