package io.evident.server.retention;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
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
    private static final long BEHIND_NS = TimeUnit.MINUTES.toNanos(10);

    private final HorizonMover mover;
    private final SegmentRemover remover;
    private final Supplier<? extends List<? extends RetainedShard>> shards;
    private final LongSupplier clock;
    private final LongSupplier tickNs;
    private final RetentionPace pace;
    private final RetentionFigures figures;
    private final long intervalNs;
    private final Thread thread = new Thread(this::run, "retention");
    private volatile boolean woken;
    /** Since when looks had no time for all; 0 when the last one had. */
    private long behindSinceNs;

    private boolean toldBehind;

    /**
     * @param clock nanoseconds since 1970
     * @param tickNs nanoseconds that only grow
     */
    RetentionThread(
            HorizonMover mover,
            SegmentRemover remover,
            Supplier<? extends List<? extends RetainedShard>> shards,
            LongSupplier clock,
            LongSupplier tickNs,
            RetentionPace pace,
            RetentionFigures figures,
            int intervalSeconds) {
        this.mover = mover;
        this.remover = remover;
        this.shards = shards;
        this.clock = clock;
        this.tickNs = tickNs;
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
            long until = tickNs.getAsLong() + (isDone ? intervalNs : 0);
            while (!pace.isEnding() && !woken && until - tickNs.getAsLong() > 0) {
                LockSupport.parkNanos(this, until - tickNs.getAsLong());
            }
        }
    }

    /** Returns whether all that has expired is hidden, as far as that could be found out. */
    private boolean look() {
        try {
            List<? extends RetainedShard> all = shards.get();
            // Reading may take hours, the first time: what was found is put to use in between.
            Budget reading = new Budget();
            mover.move(all, clock.getAsLong(), () -> !pace.isEnding() && reading.isLeft());
            // Hidden first, then freed; what is written anew takes longest, and hurries least.
            Budget removing = new Budget();
            remover.remove(all, () -> !pace.isEnding() && !woken && removing.isLeft(), !reading.wasMissed());
            figures.passEnded();
            if (reading.wasMissed()) {
                tellWhenBehind();
                return false;
            }
            behindSinceNs = 0;
            return true;
        } catch (InterruptedIOException e) {
            LOG.debug("retention ends", e);
        } catch (IOException | RuntimeException | Error e) {
            figures.failed();
            LOG.error("a look at what has expired failed; the next one is tried", e);
        }
        return true;
    }

    private void tellWhenBehind() {
        long nowNs = tickNs.getAsLong();
        if (behindSinceNs == 0) {
            behindSinceNs = nowNs;
            toldBehind = false;
        }
        if (!toldBehind && nowNs - behindSinceNs > BEHIND_NS) {
            toldBehind = true;
            LOG.warn(
                    "what has expired has not all been found for {} minutes, and no segment is written anew meanwhile: more events come in,"
                            + " or are there, than retention.bytesPerSecond lets it read; it goes on",
                    TimeUnit.NANOSECONDS.toMinutes(BEHIND_NS));
        }
    }

    /** As much time as there is between two looks, and whether it was not enough. */
    private final class Budget {
        private final long untilNs = tickNs.getAsLong() + intervalNs;
        private boolean missed;

        boolean isLeft() {
            boolean isLeft = untilNs - tickNs.getAsLong() > 0;
            missed |= !isLeft;
            return isLeft;
        }

        /** Whether it was asked for more than there was. */
        boolean wasMissed() {
            return missed;
        }
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
