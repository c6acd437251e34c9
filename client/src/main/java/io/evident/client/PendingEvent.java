package io.evident.client;

import io.evident.event.AuditEvent;
import io.evident.event.EventIds;
import io.evident.event.Receipt;
import io.evident.event.Refusal;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * An event without an answer yet, and the stage that waits for it: one object, as one is made for each call of
 * {@code send}. Made by a sender; after that only the client's thread touches what changes.
 */
final class PendingEvent extends CompletableFuture<Receipt> {
    final int sizeBytes;
    /** When the sender handed it in, by {@link System#nanoTime()}. */
    final long queuedNs;
    /** Its neighbour in the outbox: the one that was added before it until the client's thread fetches it, then the next. */
    PendingEvent neighbour;

    /** What is to be sent; {@code null} once it is settled, whatever still refers to it. */
    private AuditEvent event;
    /** Its own id, or the one it was given: {@code null} until it is needed. */
    private UUID id;
    /** Whether it was ever written to a connection. */
    boolean written;
    /** Whether an earlier sending of it may have been stored: its connection ended without an answer, or with "unknown". */
    boolean inDoubt;
    /** The last refusal, while it waits for its retry; none again as soon as it is written once more. */
    Refusal lastRefusal;

    int refusals;
    /** When it is to be tried again, by {@link System#nanoTime()}. */
    long retryNs;

    PendingEvent(AuditEvent event, int sizeBytes, long queuedNs) {
        this.event = event;
        this.id = event.id();
        this.sizeBytes = sizeBytes;
        this.queuedNs = queuedNs;
    }

    /** What is to be sent. */
    AuditEvent event() {
        return event;
    }

    /** The event's id; from the first call on it stays the same. */
    UUID id(EventIds ids) {
        if (id == null) {
            id = ids.next();
        }
        return id;
    }

    boolean settled() {
        return event == null;
    }

    /** Lets go of the event. */
    void settle() {
        event = null;
    }
}
