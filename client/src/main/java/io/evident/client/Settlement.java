package io.evident.client;

import io.evident.client.connection.Backoff;
import io.evident.event.EventIds;
import io.evident.event.Receipt;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * How an event ends, whichever way: completes its stage exactly once, counts it, gives its part of the budget back; or
 * has it tried again. For the client's thread.
 */
final class Settlement {
    /** First and longest wait after a refusal that may pass, where the server does not ask for more. */
    private static final long MIN_RETRY_MS = 20;

    private static final long MAX_RETRY_MS = 5_000;

    private final ClientConfig config;
    private final PendingBudget budget;
    private final Outbox outbox;
    private final Counters counters;
    private final EventIds ids;
    private final Backoff backoff = new Backoff(MIN_RETRY_MS, MAX_RETRY_MS, new Random());

    Settlement(ClientConfig config, PendingBudget budget, Outbox outbox, Counters counters, EventIds ids) {
        this.config = config;
        this.budget = budget;
        this.outbox = outbox;
        this.counters = counters;
        this.ids = ids;
    }

    void receipt(PendingEvent event, Receipt receipt) {
        counters.acknowledged.incrementAndGet();
        free(event);
        event.complete(receipt);
    }

    /** Has the event tried again where that may help before its retry deadline; else it ends here. */
    void refusal(PendingEvent event, Refusal refusal, long retryAfterMs, long nowNs) {
        event.lastRefusal = refusal;
        event.inDoubt |= refusal.reason() == RefusalReason.OUTCOME_UNKNOWN;
        long delayNs = TimeUnit.MILLISECONDS.toNanos(Math.max(retryAfterMs, backoff.delayMs(event.refusals)));
        long ageThenNs = nowNs - event.queuedNs + delayNs;
        if (refusal.reason().retryable() && ageThenNs < Math.min(config.retryDeadlineNs(), config.eventDeadlineNs())) {
            event.refusals++;
            event.retryNs = nowNs + delayNs;
            outbox.retryLater(event);
        } else {
            refused(event);
        }
    }

    private void refused(PendingEvent event) {
        Refusal refusal = event.lastRefusal;
        // A refusal for want of room says nothing of an earlier sending; one for the event's own sake is true of both.
        if (event.inDoubt && refusal.reason().retryable() && refusal.reason() != RefusalReason.OUTCOME_UNKNOWN) {
            counters.unknown.incrementAndGet();
            String why = "it was sent before without an answer, and then refused: "
                    + refusal.reason().text() + ": " + refusal.detail();
            fail(event, new OutcomeUnknownException(idOf(event), why, null));
            return;
        }
        counters.refused.incrementAndGet();
        fail(event, new RefusedException(idOf(event), refusal));
    }

    /** An event's id, which it gets here if it has none. */
    UUID idOf(PendingEvent event) {
        return event.id(ids);
    }

    /** Whether an event's deadline has passed. */
    boolean expired(PendingEvent event, long nowNs) {
        return nowNs - event.queuedNs >= config.eventDeadlineNs();
    }

    /** Ends an event that has waited in vain; says what is known about it. */
    void giveUp(PendingEvent event, String why, Throwable cause) {
        if (event.lastRefusal != null) {
            refused(event);
        } else if (event.written) {
            counters.unknown.incrementAndGet();
            fail(event, new OutcomeUnknownException(idOf(event), why, cause));
        } else {
            counters.notSent.incrementAndGet();
            fail(event, new NotSentException(idOf(event), why, cause));
        }
    }

    private void fail(PendingEvent event, SendException why) {
        free(event);
        event.completeExceptionally(why);
    }

    /** Before the stage is completed, so that who waits for it finds the room again. */
    private void free(PendingEvent event) {
        event.settle();
        budget.release(event.sizeBytes);
    }
}
