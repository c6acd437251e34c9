package io.evident.storage.segment;

import java.io.IOException;
import java.util.List;

/** Closes several things, all of them whatever happens, and then tells the first failure. */
public final class Closing {
    private Closing() {}

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
