package io.evident.sharding.tail;

import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread {@code live-tail}: takes turns while there is work, else waits until it is woken. */
final class TailThread implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(TailThread.class);
    /** A follower becomes ready again without telling anybody, so this is how late that is noticed. */
    private static final long FOLLOWED_WAIT_NS = 5_000_000L;

    private static final long IDLE_WAIT_NS = 500_000_000L;
    private static final long FAILED_WAIT_NS = 1_000_000_000L;

    private final FollowHub hub;
    private final Thread thread;
    private volatile boolean running = true;
    /** Whether somebody who has news has to wake the thread; set only while it is followed and finds no work. */
    private volatile boolean waiting;

    TailThread(FollowHub hub) {
        this.hub = hub;
        thread = new Thread(this, "live-tail");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Cheap while the thread is busy or nobody follows: one read. */
    void wake() {
        if (waiting) {
            waiting = false;
            LockSupport.unpark(thread);
        }
    }

    /** Ends a wait, also one that nobody's news would end. */
    void wakeNow() {
        LockSupport.unpark(thread);
    }

    /** Ends the thread and waits for it; not for the thread itself to call. */
    void end() {
        running = false;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                // The end is awaited all the same: the journal is closed after it.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void run() {
        while (running) {
            try {
                turn();
            } catch (RuntimeException | Error e) {
                LOG.error("the live tail failed, and goes on in a second", e);
                LockSupport.parkNanos(this, FAILED_WAIT_NS);
            }
        }
    }

    private void turn() {
        if (hub.doWork() > 0) {
            return;
        }
        // News that came since the turn has not seen this flag, so there is one more turn before the wait.
        waiting = hub.isFollowed();
        if (running && hub.doWork() == 0) {
            LockSupport.parkNanos(this, hub.isFollowed() ? FOLLOWED_WAIT_NS : IDLE_WAIT_NS);
        }
        waiting = false;
    }
}
