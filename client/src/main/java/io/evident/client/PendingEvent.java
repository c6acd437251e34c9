package io.evident.client;

import io.evident.event.Receipt;
import io.evident.event.Refusal;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** An event without an answer yet. Made by a sender; after that only the client's thread touches what changes. */
final class PendingEvent {
    final UUID id;
    final int sizeBytes;
    /** When the sender handed it in, by {@link System#nanoTime()}. */
    final long queuedNs;

    final CompletableFuture<Receipt> stage = new CompletableFuture<>();

    /** The encoded event; {@code null} once it is settled, whatever still refers to it. */
    byte[] bytes;
    /** Whether it was ever written to a connection. */
    boolean written;
    /** Whether an earlier sending of it may have been stored: its connection ended without an answer, or with "unknown". */
    boolean inDoubt;
    /** The last refusal, while it waits for its retry; none again as soon as it is written once more. */
    Refusal lastRefusal;

    int refusals;
    /** When it is to be tried again, by {@link System#nanoTime()}. */
    long retryNs;

    PendingEvent(UUID id, byte[] bytes, long queuedNs) {
        this.id = id;
        this.bytes = bytes;
        this.sizeBytes = bytes.length;
        this.queuedNs = queuedNs;
    }

    boolean settled() {
        return bytes == null;
    }
}
