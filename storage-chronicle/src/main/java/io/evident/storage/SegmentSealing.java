package io.evident.storage;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Seals the segments of one journal that are full and forced, in the order in which they became so, but for what failed before. Not within
 * the force but beside it: a seal has megabytes, and no sender has to wait until they are written and forced.
 */
final class SegmentSealing {
    /** What is known of their blocks is all in the heap: while more wait than this, each force that brings another one seals one. */
    static final int MAX_WAITING = 4;

    private static final Logger LOG = LoggerFactory.getLogger(SegmentSealing.class);

    private final int shard;
    private final Executor executor;
    private final ConcurrentLinkedQueue<ActiveSegment> waiting = new ConcurrentLinkedQueue<>();
    private final ReentrantLock atWork = new ReentrantLock();
    private volatile boolean givenUp;
    private volatile boolean ending;

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
                        LOG.error("a segment could not be sealed; it is tried again behind the next one", e);
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
        executor.execute(this::sealAll);
        if (waiting.size() > MAX_WAITING) {
            // No more than one: whoever waits for this force has waited for it.
            sealOldest(false);
        }
    }

    /** Seals what waits, each once; what cannot be sealed is left for the next time, behind the others. */
    private void sealAll() {
        for (int left = waiting.size(); left > 0; left--) {
            sealOldest(false);
        }
    }

    private void sealOldest(boolean atTheEnd) {
        atWork.lock();
        try {
            ActiveSegment oldest = givenUp || ending != atTheEnd ? null : waiting.poll();
            if (oldest != null) {
                seal(oldest);
            }
        } finally {
            atWork.unlock();
        }
    }

    private void seal(ActiveSegment segment) {
        boolean isDone = false;
        try {
            isDone = segment.trySeal(shard);
        } finally {
            if (!isDone) {
                waiting.add(segment);
            }
        }
    }

    /** No other segment is begun; what waits is left for {@link #sealRest}. Any thread. */
    void end() {
        ending = true;
    }

    /** Seals what still waits, each once, on this thread. Behind {@link #end}. */
    void sealRest() {
        for (int left = waiting.size(); left > 0; left--) {
            sealOldest(true);
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
                LOG.warn(
                        "shard {}: sealing a segment takes {} ms already: its volume is taken for one that hangs",
                        shard,
                        limitMs);
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
