package io.evident.client;

import io.evident.event.Refusal;
import java.io.IOException;

/** A connection that one of its sides ended: the server by its farewell, or the client because of what it read. */
final class ConversationException extends IOException {
    private static final long serialVersionUID = 1;

    private final transient Refusal refusal;
    private final boolean serverEnded;

    private ConversationException(String who, Refusal refusal, boolean serverEnded) {
        super(who + ": " + refusal.reason().text() + ": " + refusal.detail());
        this.refusal = refusal;
        this.serverEnded = serverEnded;
    }

    static ConversationException endedByServer(Refusal refusal) {
        return new ConversationException("the server ended the connection", refusal, true);
    }

    static ConversationException endedByClient(Refusal refusal) {
        return new ConversationException("the server broke the protocol", refusal, false);
    }

    Refusal refusal() {
        return refusal;
    }

    boolean serverEnded() {
        return serverEnded;
    }
}
