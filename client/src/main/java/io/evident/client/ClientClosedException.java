package io.evident.client;

import java.util.UUID;

/** The client is closed, or its thread has failed (then there is a cause); the event was not taken. */
public final class ClientClosedException extends SendException {
    private static final long serialVersionUID = 1;

    ClientClosedException(UUID id, Throwable cause) {
        super(id, "event " + id + " not taken: the client is closed", cause);
    }
}
