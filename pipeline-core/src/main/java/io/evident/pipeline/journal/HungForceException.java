package io.evident.pipeline.journal;

import java.io.IOException;

/** A force did not end in time. It may still hang, and so may every other access to its volume. */
public final class HungForceException extends IOException {
    private static final long serialVersionUID = 1L;

    /** For a force that took longer than this. */
    public HungForceException(long timeoutMs) {
        super("a force did not end within " + timeoutMs + " ms");
    }
}
