package io.evident.ingest.http.intake;

import io.evident.event.Lane;
import io.evident.event.Tier;
import io.evident.event.json.JsonBytes;
import io.evident.ingest.http.HttpAnswer;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The JSON answer to events that were posted: to one, and to a batch of 500, where the figure is for one event. */
@State(Scope.Thread)
public class HttpAnswerBenchmark {
    private static final int BATCH = 500;

    private final SplittableRandom random = new SplittableRandom(4);
    private final JsonBytes bytes = new JsonBytes(4 * 1024);
    private long sequence;

    @Benchmark
    public HttpAnswer single() {
        ReceiptAnswer answer = new ReceiptAnswer(Tier.JOURNALED, EventMedia.JSON, true, bytes);
        addReceipt(answer, 0);
        return answer.build();
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public HttpAnswer batch() {
        ReceiptAnswer answer = new ReceiptAnswer(Tier.JOURNALED, EventMedia.NDJSON, false, bytes);
        for (int i = 0; i < BATCH; i++) {
            addReceipt(answer, i);
        }
        return answer.build();
    }

    private void addReceipt(ReceiptAnswer answer, int index) {
        answer.receipt(
                index,
                random.nextLong(),
                random.nextLong(),
                (int) (sequence & 3),
                7,
                sequence++,
                Tier.JOURNALED,
                Lane.STANDARD,
                false);
    }
}
