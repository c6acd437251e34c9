package io.evident.load.intake;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a run that SIGTERM or SIGINT ends before its time still say what it did: the process waits, half a minute and some
 * seconds at the most, until this is closed. Thread-safe.
 */
public final class EarlyEnd implements AutoCloseable {
    /** Longer than a run waits for its last answers. */
    private static final long PATIENCE_SECONDS = 40;

    private final CountDownLatch told = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook = new Thread(this::onShutdown, "evident-early-end");

    private EarlyEnd() {}

    /** Listens until it is closed. */
    public static EarlyEnd listen() {
        EarlyEnd end = new EarlyEnd();
        Runtime.getRuntime().addShutdownHook(end.hook);
        return end;
    }

    /** Whether the process was told to end. */
    public boolean isTold() {
        return told.getCount() == 0;
    }

    /** Waits for so long, or until the process is told to end. */
    public void rest(long ns) throws InterruptedException {
        told.await(ns, TimeUnit.NANOSECONDS);
    }

    private void onShutdown() {
        told.countDown();
        try {
            closed.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** All is said: the process may end. */
    @Override
    public void close() {
        closed.countDown();
        if (!isTold()) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // It was told just now; the hook has nothing to wait for any more.
                told.countDown();
            }
        }
    }
}
