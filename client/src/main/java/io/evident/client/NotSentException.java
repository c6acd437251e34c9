package io.evident.client;

import java.util.UUID;

/** The event never left this process: it waited for a connection until its deadline, or until the client was closed. */
public final class NotSentException extends SendException {
    private static final long serialVersionUID = 1;

    NotSentException(UUID id, String why, Throwable cause) {
        super(id, "event " + id + " was not sent: " + why, cause);
    }
}
