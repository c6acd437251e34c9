package io.evident.client.connection;

import io.evident.event.Refusal;
import java.io.IOException;

/** A connection that one of its sides ended: the server by its farewell, or the client because of what it read. */
public final class ConversationException extends IOException {
    private static final long serialVersionUID = 1;

    private final transient Refusal refusal;
    private final boolean serverEnded;

    private ConversationException(String who, Refusal refusal, boolean serverEnded) {
        super(who + ": " + refusal.reason().text() + ": " + refusal.detail());
        this.refusal = refusal;
        this.serverEnded = serverEnded;
    }

    /** The server said farewell. */
    public static ConversationException endedByServer(Refusal refusal) {
        return new ConversationException("the server ended the connection", refusal, true);
    }

    /** The server broke the protocol. */
    public static ConversationException endedByClient(Refusal refusal) {
        return new ConversationException("the server broke the protocol", refusal, false);
    }

    /** Why. */
    public Refusal refusal() {
        return refusal;
    }

    /** Whether the server did. */
    public boolean serverEnded() {
        return serverEnded;
    }
}
