package io.evident.pipeline.commit;

import io.evident.event.Lane;
import io.evident.event.Refusal;
import io.evident.event.Tier;
import io.evident.pipeline.receipt.ReceiptSink;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands answers to their sinks from a shard's own threads. A sink that throws, which none may, is the fault of one
 * connection: it is reported and must neither stop the shard nor let a block be written twice. Stateless.
 */
public final class Answers {
    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

    private Answers() {}

    /** Hands over a receipt; its values are those of {@link ReceiptSink#receipt}. */
    public static void receipt(
            ReceiptSink sink,
            int index,
            long idHigh,
            long idLow,
            int shard,
            int incarnation,
            long sequence,
            Tier tier,
            Lane lane,
            boolean duplicate) {
        try {
            sink.receipt(index, idHigh, idLow, shard, incarnation, sequence, tier, lane, duplicate);
        } catch (RuntimeException | Error e) {
            report(sink, e);
        }
    }

    /** Hands over a refusal. */
    public static void refusal(ReceiptSink sink, int index, long idHigh, long idLow, Refusal refusal) {
        try {
            sink.refusal(index, idHigh, idLow, refusal);
        } catch (RuntimeException | Error e) {
            report(sink, e);
        }
    }

    /** Nothing more comes for now. */
    public static void flush(ReceiptSink sink) {
        try {
            sink.flush();
        } catch (RuntimeException | Error e) {
            report(sink, e);
        }
    }

    private static void report(ReceiptSink sink, Throwable thrown) {
        LOG.error("{} threw while it took an answer; its sender may miss one", sink, thrown);
    }
}
