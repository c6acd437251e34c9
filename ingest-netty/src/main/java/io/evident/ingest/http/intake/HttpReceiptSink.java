package io.evident.ingest.http.intake;

import io.evident.event.Lane;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import io.evident.ingest.http.Exchange;
import io.evident.pipeline.receipt.ReceiptSink;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
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

    private static final int LANE_SHIFT = 2;
    private static final int DUPLICATE = 1 << 4;
    private static final Tier[] TIERS = Tier.values();

    private final Exchange exchange;
    private final PostingLoop loop;
    private final long timeoutMs;
    private final Tier tier;
    private final EventMedia media;
    private final boolean single;
    /** What each event is called in the answer. */
    private final int[] indexes;

    private final byte[] states;
    private final long[] idsHigh;
    private final long[] idsLow;
    private final int[] shards;
    private final int[] incarnations;
    private final long[] sequences;
    /** Of each receipt: its tier, its lane, and whether it is a duplicate's. */
    private final byte[] kinds;

    private final Refusal[] refusals;
    /** Answers that are missing, and one for {@link #allOffered}. */
    private final AtomicInteger missing;

    private long dueTick;
    private AnswerTimeouts.Wait wait;

    /**
     * Of the events that the loop's ranges have found.
     *
     * @param tier {@code null} when none was named
     * @param single whether the body was one object, not an array
     */
    HttpReceiptSink(Exchange exchange, PostingLoop loop, long timeoutMs, Tier tier, EventMedia media, boolean single) {
        this.exchange = exchange;
        this.loop = loop;
        this.timeoutMs = timeoutMs;
        this.tier = tier;
        this.media = media;
        this.single = single;
        indexes = loop.ranges.indexes();
        int count = indexes.length;
        states = new byte[count];
        idsHigh = new long[count];
        idsLow = new long[count];
        shards = new int[count];
        incarnations = new int[count];
        sequences = new long[count];
        kinds = new byte[count];
        refusals = new Refusal[count];
        missing = new AtomicInteger(count + 1);
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
        dueTick = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        wait = loop.timeouts.begin(this);
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
        idsHigh[index] = idHigh;
        idsLow[index] = idLow;
        shards[index] = shard;
        incarnations[index] = incarnation;
        sequences[index] = sequence;
        kinds[index] = (byte) (reached.ordinal() | lane.ordinal() << LANE_SHIFT | (duplicate ? DUPLICATE : 0));
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

    /** Whether it has waited for as long as it may. On the event loop, like all below. */
    boolean isDue() {
        return System.nanoTime() - dueTick >= 0;
    }

    /** Runs a task when it has waited for as long as it may. */
    void atDue(Runnable task) {
        exchange.later(task, Math.max(1, TimeUnit.NANOSECONDS.toMillis(dueTick - System.nanoTime()) + 1));
    }

    /** Answers the request with what is there; the first call counts. */
    void answer() {
        if (exchange.answer() != null) {
            return;
        }
        wait.end();
        ReceiptAnswer answer = new ReceiptAnswer(tier, media, single, loop.answer);
        for (int i = 0; i < indexes.length; i++) {
            byte state = (byte) STATE.getAcquire(states, i);
            if (state == RECEIPT) {
                answer.receipt(
                        indexes[i],
                        idsHigh[i],
                        idsLow[i],
                        shards[i],
                        incarnations[i],
                        sequences[i],
                        tier(i),
                        lane(i),
                        isDuplicate(i));
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
        int run = -1;
        int ofRun = 0;
        for (int i = 0; i < indexes.length; i++) {
            if ((byte) STATE.getAcquire(states, i) == RECEIPT && !isDuplicate(i)) {
                if (run >= 0 && kinds[run] != kinds[i]) {
                    loop.latencies.record(tier(run), lane(run), ns, ofRun);
                    ofRun = 0;
                }
                run = i;
                ofRun++;
            }
        }
        if (run >= 0) {
            loop.latencies.record(tier(run), lane(run), ns, ofRun);
        }
    }

    private Tier tier(int position) {
        return TIERS[kinds[position] & ((1 << LANE_SHIFT) - 1)];
    }

    private Lane lane(int position) {
        return Lane.ofCode((kinds[position] & ~DUPLICATE) >>> LANE_SHIFT);
    }

    private boolean isDuplicate(int position) {
        return (kinds[position] & DUPLICATE) != 0;
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
