package io.evident.client;

import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import java.util.UUID;

/**
 * Evident refused the event: it is not stored. Only where the reason is {@link RefusalReason#OUTCOME_UNKNOWN} it may be;
 * sending it again with the same id settles it. A refusal that may pass ({@link RefusalReason#retryable()}) has been
 * retried until the retry deadline before this is thrown.
 */
public final class RefusedException extends SendException {
    private static final long serialVersionUID = 1;

    /** Not serialized: the message says it all. */
    private final transient Refusal refusal;

    RefusedException(UUID id, Refusal refusal) {
        super(id, message(id, refusal), null);
        this.refusal = refusal;
    }

    private static String message(UUID id, Refusal refusal) {
        String field = refusal.field() == null ? "" : refusal.field() + " ";
        return "event " + id + " refused: " + refusal.reason().text() + ": " + field + refusal.detail();
    }

    /** Why, as the server (or the client, for an event that is too large) put it. */
    public Refusal refusal() {
        return refusal;
    }
}
