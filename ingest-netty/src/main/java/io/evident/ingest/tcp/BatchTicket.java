package io.evident.ingest.tcp;

import io.evident.event.Lane;
import io.evident.event.Refusal;
import io.evident.event.Tier;
import io.evident.pipeline.receipt.ReceiptSink;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Holds the answers to the events of one frame until the event loop writes them. Any thread may answer: it fills the
 * places of its index and publishes them by the index's state (release); the event loop reads a state (acquire) and then
 * the places. Used again for another frame once every answer is written; a {@link #flush} that comes late then only makes
 * the event loop look once more.
 */
final class BatchTicket implements ReceiptSink {
    private static final byte WAITING = 0;
    private static final byte RECEIPT = 1;
    private static final byte REFUSAL = 2;
    private static final byte WRITTEN = 3;

    private static final int LEAST_CAPACITY = 8;
    private static final int LANE_SHIFT = 2;
    private static final int DUPLICATE_FLAG = 16;
    /** Tiers and lanes that a receipt may have. */
    static final int KINDS = DUPLICATE_FLAG;

    private static final VarHandle STATE = MethodHandles.arrayElementVarHandle(byte[].class);
    private static final VarHandle QUEUED;

    static {
        try {
            QUEUED = MethodHandles.lookup().findVarHandle(BatchTicket.class, "queued", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final TicketQueue queue;
    private final byte[] states;
    private final long[] idsHigh;
    private final long[] idsLow;
    private final long[] sequences;
    private final int[] shards;
    private final int[] incarnations;
    private final byte[] codes;
    private final Refusal[] refusals;

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
        int capacity = Math.max(LEAST_CAPACITY, events);
        states = new byte[capacity];
        idsHigh = new long[capacity];
        idsLow = new long[capacity];
        sequences = new long[capacity];
        shards = new int[capacity];
        incarnations = new int[capacity];
        codes = new byte[capacity];
        refusals = new Refusal[capacity];
    }

    /** Events it has room for. */
    int capacity() {
        return states.length;
    }

    /** Begins a frame that was read at this time. */
    void begin(long newCorrelationId, int events, long tick) {
        correlationId = newCorrelationId;
        receivedTick = tick;
        count = events;
        written = 0;
        firstWaiting = 0;
        Arrays.fill(states, 0, events, WAITING);
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
        idsHigh[index] = idHigh;
        idsLow[index] = idLow;
        shards[index] = shard;
        incarnations[index] = incarnation;
        sequences[index] = sequence;
        codes[index] = (byte) (tier.ordinal() | lane.ordinal() << LANE_SHIFT | (duplicate ? DUPLICATE_FLAG : 0));
        STATE.setRelease(states, index, RECEIPT);
        if (lane == Lane.CRITICAL) {
            hasUrgent = true;
        }
    }

    @Override
    public void refusal(int index, long idHigh, long idLow, Refusal refusal) {
        idsHigh[index] = idHigh;
        idsLow[index] = idLow;
        refusals[index] = refusal;
        STATE.setRelease(states, index, REFUSAL);
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
            byte state = (byte) STATE.getAcquire(states, i);
            if (state == RECEIPT) {
                writer.receipt(this, i);
                written(i);
            }
            refused |= state == REFUSAL;
        }
        for (int i = firstWaiting; refused && i < count; i++) {
            if ((byte) STATE.getAcquire(states, i) == REFUSAL) {
                writer.refusal(this, i);
                refusals[i] = null;
                written(i);
            }
        }
        writer.endOfTicket();
        while (firstWaiting < count && states[firstWaiting] == WRITTEN) {
            firstWaiting++;
        }
        return written - before;
    }

    private void written(int index) {
        states[index] = WRITTEN;
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

    /** Tier and lane of a receipt as a number below {@link #KINDS}. */
    int kind(int index) {
        return codes[index] & (KINDS - 1);
    }

    static Tier tierOf(int kind) {
        return Tier.ofCode(kind & 3);
    }

    static Lane laneOf(int kind) {
        return Lane.ofCode(kind >> LANE_SHIFT & 3);
    }

    long correlationId() {
        return correlationId;
    }

    long idHigh(int index) {
        return idsHigh[index];
    }

    long idLow(int index) {
        return idsLow[index];
    }

    int shard(int index) {
        return shards[index];
    }

    int incarnation(int index) {
        return incarnations[index];
    }

    long sequence(int index) {
        return sequences[index];
    }

    Tier tier(int index) {
        return tierOf(codes[index]);
    }

    Lane lane(int index) {
        return laneOf(codes[index]);
    }

    boolean duplicate(int index) {
        return (codes[index] & DUPLICATE_FLAG) != 0;
    }

    Refusal refusal(int index) {
        return refusals[index];
    }
}
