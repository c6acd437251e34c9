package io.evident.storage;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Seals the segments of one journal that are full and forced, the oldest first. Not within the force but beside it: a seal has megabytes,
 * and no sender has to wait until they are written and forced.
 */
final class SegmentSealing {
    /** What is known of their blocks is all in the heap: when more wait than this, forces wait for them. */
    static final int MAX_WAITING = 4;

    private static final Logger LOG = LoggerFactory.getLogger(SegmentSealing.class);

    private final int shard;
    private final Executor executor;
    private final ConcurrentLinkedQueue<ActiveSegment> waiting = new ConcurrentLinkedQueue<>();
    private final ReentrantLock atWork = new ReentrantLock();
    private volatile boolean givenUp;

    /** @param executor runs what seals a segment, now or soon */
    SegmentSealing(int shard, Executor executor) {
        this.shard = shard;
        this.executor = executor;
    }

    /** Runs a task on a daemon thread of its own; there is one for each segment, every few seconds at the most. */
    static void onAThread(Runnable task) {
        Thread made = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (RuntimeException | Error e) {
                        LOG.error("a segment could not be sealed; it is tried again with the next one", e);
                    }
                },
                "segment-seal");
        made.setDaemon(true);
        try {
            made.start();
        } catch (OutOfMemoryError e) {
            LOG.error("there is no thread to seal a segment; it is sealed with the next one", e);
        }
    }

    /** A segment that is full and forced. The committer. */
    void add(ActiveSegment segment) {
        waiting.add(segment);
        if (waiting.size() > MAX_WAITING) {
            sealAll();
        } else {
            executor.execute(this::sealAll);
        }
    }

    /** Seals all that wait, and returns behind the last one; one that fails is left for the next time, with those behind it. Any thread. */
    void sealAll() {
        atWork.lock();
        try {
            ActiveSegment next = waiting.peek();
            while (next != null && !givenUp && next.trySeal(shard)) {
                waiting.remove();
                next = waiting.peek();
            }
        } finally {
            atWork.unlock();
        }
    }

    /** Nothing more is sealed but what is being sealed now: the volume has failed. Any thread. */
    void giveUp() {
        givenUp = true;
    }

    /**
     * Waits for a segment that is being sealed.
     *
     * @return whether none is any more; also false when this thread was interrupted, which stays noted
     */
    boolean awaitRest(long limitMs) {
        try {
            if (!atWork.tryLock(limitMs, TimeUnit.MILLISECONDS)) {
                return false;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        atWork.unlock();
        return true;
    }
}
