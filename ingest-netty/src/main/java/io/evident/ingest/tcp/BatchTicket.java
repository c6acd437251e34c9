package io.evident.ingest.tcp;

import io.evident.event.Lane;
import io.evident.event.Refusal;
import io.evident.event.Tier;
import io.evident.ingest.answer.EventAnswers;
import io.evident.pipeline.receipt.ReceiptSink;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Holds the answers to the events of one frame until the event loop writes them. Used again for another frame once every
 * answer is written; a {@link #flush} that comes late then only makes the event loop look once more.
 */
final class BatchTicket implements ReceiptSink {
    private static final int LEAST_CAPACITY = 8;
    private static final VarHandle QUEUED;

    static {
        try {
            QUEUED = MethodHandles.lookup().findVarHandle(BatchTicket.class, "queued", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final TicketQueue queue;
    private final EventAnswers answers;

    @SuppressWarnings("UnusedVariable") // read through QUEUED
    private volatile boolean queued;
    /**
     * Whether a CRITICAL event was answered since the last flush. Between threads that answer events of one frame it may get
     * lost, and then that answer takes the usual way.
     */
    private boolean hasUrgent;

    /** The next ticket of the queue; written by the thread that queues this one. */
    BatchTicket next;

    // Confined to the event loop.
    private long correlationId;
    private long receivedTick;
    private int count;
    private int written;
    private int firstWaiting;

    BatchTicket(TicketQueue queue, int events) {
        this.queue = queue;
        answers = new EventAnswers(Math.max(LEAST_CAPACITY, events));
    }

    /** Events it has room for. */
    int capacity() {
        return answers.capacity();
    }

    /** Begins a frame that was read at this time. */
    void begin(long newCorrelationId, int events, long tick) {
        correlationId = newCorrelationId;
        receivedTick = tick;
        count = events;
        written = 0;
        firstWaiting = 0;
        answers.reset(events);
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
        answers.receipt(index, idHigh, idLow, shard, incarnation, sequence, tier, lane, duplicate);
        if (lane == Lane.CRITICAL) {
            hasUrgent = true;
        }
    }

    @Override
    public void refusal(int index, long idHigh, long idLow, Refusal refusal) {
        answers.refusal(index, idHigh, idLow, refusal);
    }

    @Override
    public void flush() {
        // Pairs with the fence in beginScan: either that scan sees our answers, or we see that we have to queue again.
        VarHandle.fullFence();
        if (QUEUED.compareAndSet(this, false, true)) {
            queue.add(this);
        }
        if (hasUrgent) {
            hasUrgent = false;
            queue.hurry();
        }
    }

    /** From here on a flush queues the ticket again. */
    void beginScan() {
        queued = false;
        VarHandle.fullFence();
    }

    /**
     * Hands what is newly answered to a writer. Called on the event loop.
     *
     * @return how many answers that were
     */
    int writeTo(AnswerWriter writer) {
        int before = written;
        boolean refused = false;
        for (int i = firstWaiting; i < count; i++) {
            byte state = answers.state(i);
            if (state == EventAnswers.RECEIPT) {
                writer.receipt(this, i);
                written(i);
            }
            refused |= state == EventAnswers.REFUSAL;
        }
        for (int i = firstWaiting; refused && i < count; i++) {
            if (answers.state(i) == EventAnswers.REFUSAL) {
                writer.refusal(this, i);
                written(i);
            }
        }
        writer.endOfTicket();
        while (firstWaiting < count && answers.state(firstWaiting) == EventAnswers.WRITTEN) {
            firstWaiting++;
        }
        return written - before;
    }

    private void written(int index) {
        answers.written(index);
        written++;
    }

    /** Whether every event is answered and its answer written. */
    boolean isDone() {
        return written == count;
    }

    /** When its frame was read, by {@link System#nanoTime()}. */
    long receivedTick() {
        return receivedTick;
    }

    long correlationId() {
        return correlationId;
    }

    /** What was answered, of the events of the frame. */
    EventAnswers answers() {
        return answers;
    }
}
