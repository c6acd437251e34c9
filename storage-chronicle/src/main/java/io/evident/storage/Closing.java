package io.evident.storage;

import java.io.IOException;
import java.util.List;

/** Closes several things, all of them whatever happens, and then tells the first failure. */
final class Closing {
    private Closing() {}

    static void all(List<? extends AutoCloseable> things) throws IOException {
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
