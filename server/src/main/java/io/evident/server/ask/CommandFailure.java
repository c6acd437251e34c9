package io.evident.server.ask;

/** A command could not do its work, for a reason that the message tells a user in one line. Ends it with exit code 1. */
public final class CommandFailure extends Exception {
    private static final long serialVersionUID = 1L;

    /** A failure that the message explains. */
    public CommandFailure(String message) {
        super(message);
    }

    /** A failure that the message explains, with what caused it. */
    public CommandFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
