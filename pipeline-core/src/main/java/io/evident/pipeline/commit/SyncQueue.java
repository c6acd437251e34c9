package io.evident.pipeline.commit;

import io.evident.event.Lane;
import io.evident.pipeline.receipt.ReceiptSink;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;

/**
 * What waits for a shard's next force: batches from its writer, and single events from network threads (a duplicate of an
 * event that is journaled but not yet forced). Bounded: when no batch is free, the writer waits, and its lanes fill.
 */
public final class SyncQueue {
    /** A duplicate that waits for the force of the event it repeats, which has this sequence. */
    public record LateWaiter(
            ReceiptSink sink, int index, long idHigh, long idLow, long sequence, int incarnation, Lane lane) {}

    private final OneToOneConcurrentArrayQueue<SyncBatch> free;
    private final OneToOneConcurrentArrayQueue<SyncBatch> waiting;
    private final ManyToOneConcurrentArrayQueue<LateWaiter> late;
    private final Runnable wakeCommitter;
    private final AtomicInteger lateCount = new AtomicInteger();
    private volatile boolean closed;
    /** Whether the writer cannot go on without a force. */
    private volatile boolean forceAsked;

    /**
     * @param batches most blocks that may wait for a force, a power of two
     * @param lateWaiters most duplicates that may
     * @param wakeCommitter called when something was added
     */
    public SyncQueue(int batches, int lateWaiters, Runnable wakeCommitter) {
        this.free = new OneToOneConcurrentArrayQueue<>(batches);
        this.waiting = new OneToOneConcurrentArrayQueue<>(batches);
        this.late = new ManyToOneConcurrentArrayQueue<>(lateWaiters);
        this.wakeCommitter = wakeCommitter;
        for (int i = 0; i < batches; i++) {
            free.offer(new SyncBatch());
        }
    }

    /** An empty batch, or {@code null} when all are waiting. The writer only. */
    public SyncBatch takeFree() {
        return free.poll();
    }

    /** Hands a filled batch to the committer. The writer only. */
    public void add(SyncBatch batch) {
        if (!waiting.offer(batch)) {
            throw new IllegalStateException("more batches wait than there are");
        }
        wakeCommitter.run();
    }

    /** The next filled batch, or {@code null}. The committer only. */
    public SyncBatch next() {
        return waiting.poll();
    }

    /** Gives a batch back for use. The committer only. */
    public void recycle(SyncBatch batch) {
        if (!free.offer(batch)) {
            throw new IllegalStateException("more batches came back than there are");
        }
    }

    /** The writer waits for a force, though nobody may wait for SYNCED. The writer only. */
    public void askForForce() {
        if (!forceAsked) {
            forceAsked = true;
            wakeCommitter.run();
        }
    }

    /** The committer takes what waits for a force, which follows. The committer only. */
    public void forceFollows() {
        if (forceAsked) {
            forceAsked = false;
        }
    }

    /** Lets a duplicate wait; false when too many wait already, or none may wait any more. Any thread. */
    public boolean addLate(LateWaiter waiter) {
        // Counted first: who closes the queue and then sees no demand knows that no waiter can follow.
        lateCount.incrementAndGet();
        if (closed || !late.offer(waiter)) {
            lateCount.decrementAndGet();
            return false;
        }
        wakeCommitter.run();
        return true;
    }

    /** No duplicate may wait any more. Any thread. */
    public void close() {
        closed = true;
    }

    public boolean isClosed() {
        return closed;
    }

    /** The next waiting duplicate, or {@code null}. The committer only. */
    public LateWaiter nextLate() {
        LateWaiter waiter = late.poll();
        if (waiter != null) {
            lateCount.decrementAndGet();
        }
        return waiter;
    }

    /** Whether anything waits for a force. */
    public boolean hasDemand() {
        return !waiting.isEmpty() || lateCount.get() > 0 || forceAsked;
    }
}
