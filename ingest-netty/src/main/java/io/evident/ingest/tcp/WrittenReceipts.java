package io.evident.ingest.tcp;

import io.evident.ingest.answer.EventAnswers;
import io.evident.pipeline.latency.ReceiptLatencies;
import java.util.Arrays;

/**
 * The receipts that are about to be written, by the time at which their frames were read, until they are written and it is
 * known how long they took. Receipts of one frame, tier and lane are one entry. One per event loop.
 */
final class WrittenReceipts {
    /** When there are more, the first count as written. */
    private static final int MAX_ENTRIES = 1024;

    private static final int NONE = -1;

    private final ReceiptLatencies.OfThread latencies;
    private final long[] ticks = new long[MAX_ENTRIES];
    private final byte[] kinds = new byte[MAX_ENTRIES];
    private final int[] receipts = new int[MAX_ENTRIES];
    private final int[] lastOfKind = new int[EventAnswers.KINDS];
    private int count;

    WrittenReceipts(ReceiptLatencies.OfThread latencies) {
        this.latencies = latencies;
        Arrays.fill(lastOfKind, NONE);
    }

    void add(int kind, long receivedTick) {
        int last = lastOfKind[kind];
        if (last != NONE && ticks[last] == receivedTick) {
            receipts[last]++;
            return;
        }
        if (count == MAX_ENTRIES) {
            recordAll();
        }
        ticks[count] = receivedTick;
        kinds[count] = (byte) kind;
        receipts[count] = 1;
        lastOfKind[kind] = count++;
    }

    /** All that were added are written now. */
    void recordAll() {
        long now = System.nanoTime();
        for (int i = 0; i < count; i++) {
            int kind = kinds[i];
            latencies.record(EventAnswers.tierOf(kind), EventAnswers.laneOf(kind), now - ticks[i], receipts[i]);
            lastOfKind[kind] = NONE;
        }
        count = 0;
    }
}
