package io.evident.client;

import java.util.UUID;

/**
 * The event was sent, and no answer came before its deadline or before the client was closed: it may be stored or not.
 * Sending it again with the same id settles it, without the risk of storing it twice.
 */
public final class OutcomeUnknownException extends SendException {
    private static final long serialVersionUID = 1;

    OutcomeUnknownException(UUID id, String why, Throwable cause) {
        super(id, "event " + id + ": the outcome is unknown: " + why, cause);
    }
}
