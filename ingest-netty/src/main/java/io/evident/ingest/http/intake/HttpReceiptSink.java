package io.evident.ingest.http.intake;

import io.evident.event.Lane;
import io.evident.event.Receipt;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import io.evident.ingest.http.Exchange;
import io.evident.pipeline.latency.ReceiptLatencies;
import io.evident.pipeline.receipt.ReceiptSink;
import io.netty.util.concurrent.Future;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Gathers the answers to the events of one request, and answers the request when the last one is there; or, after a time,
 * without those that are missing, whose outcome is then unknown. Any thread may answer; an answer is published by its
 * state. What comes after the request was answered is dropped: the event itself is none the worse for it.
 */
final class HttpReceiptSink implements ReceiptSink {
    private static final byte WAITING = 0;
    private static final byte RECEIPT = 1;
    private static final byte REFUSAL = 2;
    private static final VarHandle STATE = MethodHandles.arrayElementVarHandle(byte[].class);

    private final Exchange exchange;
    private final int[] indexes;
    private final EventMedia media;
    private final boolean single;
    private final byte[] states;
    private final long[] idsHigh;
    private final long[] idsLow;
    private final Receipt[] receipts;
    private final Refusal[] refusals;
    /** Answers that are missing, and one for {@link #allOffered}. */
    private final AtomicInteger missing;

    private ReceiptLatencies.OfThread latencies;
    private Tier tier;
    private long timeoutMs;
    private Future<?> timeout;

    /**
     * @param indexes what each event is called in the answer
     * @param single whether the body was one object, not an array
     */
    HttpReceiptSink(Exchange exchange, int[] indexes, EventMedia media, boolean single) {
        this.exchange = exchange;
        this.indexes = indexes;
        this.media = media;
        this.single = single;
        int count = indexes.length;
        states = new byte[count];
        idsHigh = new long[count];
        idsLow = new long[count];
        receipts = new Receipt[count];
        refusals = new Refusal[count];
        missing = new AtomicInteger(count + 1);
    }

    /**
     * @param askedTier {@code null} when none was named
     * @param ofThread learns on the event loop how long the receipts took
     */
    void expect(Tier askedTier, long answerTimeoutMs, ReceiptLatencies.OfThread ofThread) {
        latencies = ofThread;
        tier = askedTier;
        timeoutMs = answerTimeoutMs;
    }

    /** Keeps the id that the sender gave an event, in case no answer comes. */
    void offered(int position, long idHigh, long idLow) {
        idsHigh[position] = idHigh;
        idsLow[position] = idLow;
    }

    /**
     * The same for the id that the server gave it. Called right after the offer: an event that has no answer then was taken,
     * and an answer that comes meanwhile brings the same id.
     */
    void given(int position, long idHigh, long idLow) {
        if ((byte) STATE.getAcquire(states, position) == WAITING) {
            offered(position, idHigh, idLow);
        }
    }

    /** Every event has been offered: from now on the request waits. Called on the event loop, once. */
    void allOffered() {
        timeout = exchange.later(this::answer, timeoutMs);
        countDown();
    }

    @Override
    public void receipt(
            int index,
            long idHigh,
            long idLow,
            int shard,
            int incarnation,
            long sequence,
            Tier reached,
            Lane lane,
            boolean duplicate) {
        receipts[index] = new Receipt(new UUID(idHigh, idLow), shard, incarnation, sequence, reached, lane, duplicate);
        STATE.setRelease(states, index, RECEIPT);
        countDown();
    }

    @Override
    public void refusal(int index, long idHigh, long idLow, Refusal refusal) {
        if (idHigh != 0 || idLow != 0) {
            idsHigh[index] = idHigh;
            idsLow[index] = idLow;
        }
        refusals[index] = refusal;
        STATE.setRelease(states, index, REFUSAL);
        countDown();
    }

    private void countDown() {
        if (missing.decrementAndGet() == 0) {
            exchange.soon(this::answer);
        }
    }

    @Override
    public void flush() {
        // The last answer passes everything on.
    }

    /** Answers the request with what is there. Called on the event loop; the first call counts. */
    private void answer() {
        if (exchange.answer() != null) {
            return;
        }
        timeout.cancel(false);
        ReceiptAnswer answer = new ReceiptAnswer(tier, media, single);
        for (int i = 0; i < indexes.length; i++) {
            byte state = (byte) STATE.getAcquire(states, i);
            if (state == RECEIPT) {
                answer.receipt(indexes[i], receipts[i]);
            } else {
                answer.refusal(indexes[i], id(i), state == WAITING ? unknown() : refusals[i]);
            }
        }
        exchange.answer(answer.build());
        recordLatencies();
    }

    /** An answer that waits for those of earlier requests of its connection counts as written: it is ready. */
    private void recordLatencies() {
        long ns = System.nanoTime() - exchange.receivedTick();
        Receipt run = null;
        int ofRun = 0;
        for (int i = 0; i < indexes.length; i++) {
            if ((byte) STATE.getAcquire(states, i) == RECEIPT && !receipts[i].duplicate()) {
                if (run != null && (run.tier() != receipts[i].tier() || run.lane() != receipts[i].lane())) {
                    latencies.record(run.tier(), run.lane(), ns, ofRun);
                    ofRun = 0;
                }
                run = receipts[i];
                ofRun++;
            }
        }
        if (run != null) {
            latencies.record(run.tier(), run.lane(), ns, ofRun);
        }
    }

    private UUID id(int position) {
        boolean known = idsHigh[position] != 0 || idsLow[position] != 0;
        return known ? new UUID(idsHigh[position], idsLow[position]) : null;
    }

    private Refusal unknown() {
        return Refusal.of(
                RefusalReason.OUTCOME_UNKNOWN,
                "no receipt came within " + timeoutMs + " ms; a retry with the same id settles it");
    }
}
