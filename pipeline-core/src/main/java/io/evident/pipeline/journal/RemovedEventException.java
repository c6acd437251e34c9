package io.evident.pipeline.journal;

import java.io.IOException;

/**
 * An event is not there any more, as it has expired and its bytes were freed. Whoever asked by an older horizon looks again
 * by the one of now, which hides it.
 */
public final class RemovedEventException extends IOException {
    private static final long serialVersionUID = 1L;

    /** @param message which event */
    public RemovedEventException(String message) {
        super(message);
    }
}
