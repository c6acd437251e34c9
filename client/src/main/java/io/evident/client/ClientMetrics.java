package io.evident.client;

/**
 * What a client has done so far. {@code acknowledged + refused + unknown + notSent + queued} is the number of events that
 * {@link AuditClient#send} has taken, once it has come to rest.
 *
 * @param sent events written to a connection for the first time
 * @param resent times an event was written again: after a lost connection or a refusal that may pass
 * @param acknowledged events with a receipt
 * @param refused events that ended in a {@link RefusedException}
 * @param unknown events that ended in an {@link OutcomeUnknownException}
 * @param notSent events that ended in a {@link NotSentException}
 * @param queued events without an answer now, sent or not
 * @param lostConnections connections that broke after the welcome
 */
public record ClientMetrics(
        long sent,
        long resent,
        long acknowledged,
        long refused,
        long unknown,
        long notSent,
        long queued,
        long lostConnections) {}
