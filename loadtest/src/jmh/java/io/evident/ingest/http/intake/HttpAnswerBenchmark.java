package io.evident.ingest.http.intake;

import io.evident.event.Lane;
import io.evident.event.Receipt;
import io.evident.event.Tier;
import io.evident.ingest.http.HttpAnswer;
import java.util.SplittableRandom;
import java.util.UUID;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The JSON answer to events that were posted: to one, and to a batch of 500, where the figure is for one event. */
@State(Scope.Thread)
public class HttpAnswerBenchmark {
    private static final int BATCH = 500;

    private final SplittableRandom random = new SplittableRandom(4);
    private long sequence;

    @Benchmark
    public HttpAnswer single() {
        ReceiptAnswer answer = new ReceiptAnswer(Tier.JOURNALED, EventMedia.JSON, true);
        answer.receipt(0, receipt());
        return answer.build();
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public HttpAnswer batch() {
        ReceiptAnswer answer = new ReceiptAnswer(Tier.JOURNALED, EventMedia.NDJSON, false);
        for (int i = 0; i < BATCH; i++) {
            answer.receipt(i, receipt());
        }
        return answer.build();
    }

    private Receipt receipt() {
        UUID id = new UUID(random.nextLong(), random.nextLong());
        return new Receipt(id, (int) (sequence & 3), 7, sequence++, Tier.JOURNALED, Lane.STANDARD, false);
    }
}
