package io.evident.server.retention;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks again and again: what has expired is hidden first, by a horizon that is on the disk before anybody goes by it; then bytes
 * are freed. Whatever fails is tried again with the next look.
 */
final class RetentionThread {
    private static final Logger LOG = LoggerFactory.getLogger(RetentionThread.class);

    private final HorizonMover mover;
    private final SegmentRemover remover;
    private final Supplier<List<StoredShard>> shards;
    private final LongSupplier clock;
    private final RetentionPace pace;
    private final RetentionFigures figures;
    private final long intervalNs;
    private final Thread thread = new Thread(this::run, "retention");
    private volatile boolean woken;

    /** @param clock nanoseconds since 1970 */
    RetentionThread(
            HorizonMover mover,
            SegmentRemover remover,
            Supplier<List<StoredShard>> shards,
            LongSupplier clock,
            RetentionPace pace,
            RetentionFigures figures,
            int intervalSeconds) {
        this.mover = mover;
        this.remover = remover;
        this.shards = shards;
        this.clock = clock;
        this.pace = pace;
        this.figures = figures;
        this.intervalNs = TimeUnit.SECONDS.toNanos(intervalSeconds);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Looks at once, or once more. Any thread. */
    void wake() {
        woken = true;
        LockSupport.unpark(thread);
    }

    private void run() {
        while (!pace.isEnding()) {
            woken = false;
            boolean isDone = look();
            long until = System.nanoTime() + (isDone ? intervalNs : 0);
            while (!pace.isEnding() && !woken && until - System.nanoTime() > 0) {
                LockSupport.parkNanos(this, until - System.nanoTime());
            }
        }
    }

    /** Returns whether all that has expired is hidden, as far as that could be found out. */
    private boolean look() {
        try {
            List<StoredShard> all = shards.get();
            long until = System.nanoTime() + intervalNs;
            // Reading may take hours, the first time: what was found is put to use in between.
            BooleanSupplier inTime = () -> !pace.isEnding() && until - System.nanoTime() > 0;
            mover.move(all, clock.getAsLong(), inTime);
            // Hidden first, then freed; what is written anew takes longest, and hurries least.
            boolean isHidden = inTime.getAsBoolean();
            long removeUntil = System.nanoTime() + intervalNs;
            remover.remove(all, () -> !pace.isEnding() && !woken && removeUntil - System.nanoTime() > 0, isHidden);
            figures.passEnded();
            return isHidden;
        } catch (InterruptedIOException e) {
            LOG.debug("retention ends", e);
        } catch (IOException | RuntimeException | Error e) {
            figures.failed();
            LOG.error("a look at what has expired failed; the next one is tried", e);
        }
        return true;
    }

    /**
     * Ends; what it was at is given up, and done at the next start.
     *
     * @return whether it has ended; when not, it hangs at a disk, and the data directory must not be closed under it
     */
    boolean end(long withinMs) {
        pace.end();
        LockSupport.unpark(thread);
        try {
            thread.join(withinMs);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }
}
