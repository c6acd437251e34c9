package io.evident.client;

import java.util.UUID;

/** The client holds as many events or bytes without an answer as it may; the event was not taken. */
public final class QueueFullException extends SendException {
    private static final long serialVersionUID = 1;

    QueueFullException(UUID id, int maxPendingEvents, long maxPendingBytes) {
        super(
                id,
                "event " + id + " not taken: at most " + maxPendingEvents + " events of together " + maxPendingBytes
                        + " bytes may be without an answer",
                null);
    }
}
