package io.evident.storage.file;

import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes several things, all of them whatever happens, and then tells the first failure. */
public final class Closing {
    private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

    private Closing() {}

    /**
     * Closes things of a volume that hangs on a thread of its own, which does not keep the process and is left to itself when
     * it needs too long.
     */
    public static void aside(List<? extends AutoCloseable> things, String threadName, long limitMs) {
        Thread closing = new Thread(
                () -> {
                    try {
                        all(things);
                    } catch (IOException | RuntimeException | Error e) {
                        LOG.warn("{}: files of a failed volume could not be closed: {}", threadName, e.toString());
                    }
                },
                threadName);
        closing.setDaemon(true);
        closing.start();
        try {
            closing.join(limitMs);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (closing.isAlive()) {
            LOG.warn("{} hangs on its volume and is left to itself", threadName);
        }
    }

    /**
     * Closes in the order given.
     *
     * @throws IOException the first failure, with the others suppressed in it
     */
    public static void all(List<? extends AutoCloseable> things) throws IOException {
        IOException failure = null;
        for (AutoCloseable thing : things) {
            try {
                thing.close();
            } catch (Exception e) {
                if (failure == null) {
                    failure = e instanceof IOException io ? io : new IOException(e);
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
