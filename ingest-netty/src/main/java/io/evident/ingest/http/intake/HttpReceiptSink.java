package io.evident.ingest.http.intake;

import io.evident.event.Lane;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import io.evident.ingest.answer.EventAnswers;
import io.evident.ingest.http.Exchange;
import io.evident.pipeline.receipt.ReceiptSink;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Gathers the answers to the events of one request, and answers the request when the last one is there; or, after a time,
 * without those that are missing, whose outcome is then unknown. Any thread may answer. What comes after the request was
 * answered is dropped: the event itself is none the worse for it.
 */
final class HttpReceiptSink implements ReceiptSink {
    private final Exchange exchange;
    private final PostingLoop loop;
    private final long timeoutMs;
    private final Tier tier;
    private final EventMedia media;
    private final boolean single;
    /** What each event is called in the answer. */
    private final int[] indexes;

    private final EventAnswers answers;
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
        answers = new EventAnswers(count);
        missing = new AtomicInteger(count + 1);
    }

    /** Keeps the id that the sender gave an event, in case no answer comes. */
    void offered(int position, long idHigh, long idLow) {
        answers.id(position, idHigh, idLow);
    }

    /**
     * The same for the id that the server gave it. Called right after the offer: an event that has no answer then was taken,
     * and an answer that comes meanwhile brings the same id.
     */
    void given(int position, long idHigh, long idLow) {
        if (answers.state(position) == EventAnswers.WAITING) {
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
        answers.receipt(index, idHigh, idLow, shard, incarnation, sequence, reached, lane, duplicate);
        countDown();
    }

    @Override
    public void refusal(int index, long idHigh, long idLow, Refusal refusal) {
        boolean known = idHigh != 0 || idLow != 0;
        answers.refusal(index, known ? idHigh : answers.idHigh(index), known ? idLow : answers.idLow(index), refusal);
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
            byte state = answers.state(i);
            if (state == EventAnswers.RECEIPT) {
                answer.receipt(
                        indexes[i],
                        answers.idHigh(i),
                        answers.idLow(i),
                        answers.shard(i),
                        answers.incarnation(i),
                        answers.sequence(i),
                        answers.tier(i),
                        answers.lane(i),
                        answers.duplicate(i));
            } else {
                answer.refusal(indexes[i], id(i), state == EventAnswers.WAITING ? unknown() : answers.refusal(i));
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
            if (answers.state(i) == EventAnswers.RECEIPT && !answers.duplicate(i)) {
                if (run >= 0 && answers.kind(run) != answers.kind(i)) {
                    loop.latencies.record(answers.tier(run), answers.lane(run), ns, ofRun);
                    ofRun = 0;
                }
                run = i;
                ofRun++;
            }
        }
        if (run >= 0) {
            loop.latencies.record(answers.tier(run), answers.lane(run), ns, ofRun);
        }
    }

    private UUID id(int position) {
        long high = answers.idHigh(position);
        long low = answers.idLow(position);
        return high != 0 || low != 0 ? new UUID(high, low) : null;
    }

    private Refusal unknown() {
        return Refusal.of(
                RefusalReason.OUTCOME_UNKNOWN,
                "no receipt came within " + timeoutMs + " ms; a retry with the same id settles it");
    }
}
