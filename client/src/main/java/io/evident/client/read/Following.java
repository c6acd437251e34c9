package io.evident.client.read;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A following under way. Thread-safe. */
public final class Following implements AutoCloseable {
    private final FollowLoop loop;
    private final Thread thread;

    Following(FollowLoop loop, Consumer<Following> onEnd) {
        this.loop = loop;
        this.thread = new Thread(
                () -> {
                    try {
                        loop.run();
                    } finally {
                        onEnd.accept(this);
                    }
                },
                "evident-follow");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** The position of the last event that the listener has taken; {@code null} before the first. */
    public String position() {
        return loop.position();
    }

    /**
     * Waits until the following is over.
     *
     * @return whether it is
     */
    public boolean awaitEnd(Duration atMost) throws InterruptedException {
        TimeUnit.NANOSECONDS.timedJoin(thread, atMost.toNanos());
        return !thread.isAlive();
    }

    /**
     * Ends the following and waits for the call in progress: the listener gets none afterwards. Do not hold a lock that the
     * listener needs. Called by the listener itself it waits for nothing, and the call of {@link FollowListener#ended} is
     * still to come. May be called more than once.
     */
    @Override
    public void close() {
        loop.end();
        if (Thread.currentThread() == thread) {
            return;
        }
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
