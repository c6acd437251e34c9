package io.evident.server.command;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns SIGTERM and SIGINT into an orderly stop: the signal wakes the command, the command closes what it runs, and the
 * process ends with the command's exit code, not with the signal's. Made once per process.
 */
public final class StopSignal {
    private static final Logger LOG = LoggerFactory.getLogger("evident");

    private final CountDownLatch stop = new CountDownLatch(1);
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile int exitCode;

    /** Listens to signals from now on. Whoever calls this has to call {@link #done} in the end, whatever happens. */
    public static StopSignal install() {
        StopSignal signal = new StopSignal();
        Runtime.getRuntime().addShutdownHook(new Thread(signal::onShutdown, "evident-stop"));
        return signal;
    }

    /** Waits until the process is told to stop. */
    public void await() throws InterruptedException {
        stop.await();
    }

    /** Waits until the process is told to stop, or the time is over; returns whether it was told. */
    public boolean await(long timeoutMs) throws InterruptedException {
        return stop.await(timeoutMs, TimeUnit.MILLISECONDS);
    }

    /** Everything is closed: the process may end with this code. */
    public void done(int code) {
        exitCode = code;
        done.countDown();
    }

    /** Runs while the JVM shuts down, which goes on only when this returns; ending here keeps our own exit code. */
    private void onShutdown() {
        stop.countDown();
        try {
            done.await();
        } catch (InterruptedException e) {
            LOG.warn("the stop was interrupted before everything was closed", e);
            Thread.currentThread().interrupt();
            return;
        }
        Runtime.getRuntime().halt(exitCode);
    }
}
