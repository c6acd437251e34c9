package io.evident.bench;

import io.evident.event.Lane;
import io.evident.event.Tier;
import io.evident.event.wire.ReceiptBatchEncoder;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The receipts of a frame into one frame of answers; the figure is for one receipt. */
@State(Scope.Thread)
public class ReceiptBenchmark {
    private final ReceiptBatchEncoder encoder = new ReceiptBatchEncoder();
    private final byte[] target =
            new byte[ReceiptBatchEncoder.EMPTY_FRAME_BYTES + Frames.EVENTS * ReceiptBatchEncoder.RECEIPT_BYTES];
    private final SplittableRandom random = new SplittableRandom(3);
    private long sequence;

    @Benchmark
    @OperationsPerInvocation(Frames.EVENTS)
    public int encode() {
        long id = random.nextLong();
        encoder.begin(target, 0, target.length, sequence);
        for (int i = 0; i < Frames.EVENTS; i++) {
            encoder.add(i, id, id + i, i & 3, 7, sequence++, Tier.JOURNALED, Lane.STANDARD, false);
        }
        return encoder.finish();
    }
}
