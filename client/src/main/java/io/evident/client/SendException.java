package io.evident.client;

import java.util.UUID;

/** Why an event has no receipt. The subclass says what is known about the event. */
public abstract class SendException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final UUID id;

    SendException(UUID id, String message, Throwable cause) {
        // No stack trace: it would show the client's own thread, and an overloaded sender makes many of these.
        super(message, cause, true, false);
        this.id = id;
    }

    /** The event's id: the sender's own, or the one that the client gave it. Sending it again with this id is safe. */
    public UUID id() {
        return id;
    }
}
