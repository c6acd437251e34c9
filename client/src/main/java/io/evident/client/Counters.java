package io.evident.client;

import java.util.concurrent.atomic.AtomicLong;

/** The counters behind {@link ClientMetrics}: written by the client's thread, read by any. */
final class Counters {
    final AtomicLong sent = new AtomicLong();
    final AtomicLong resent = new AtomicLong();
    final AtomicLong acknowledged = new AtomicLong();
    final AtomicLong refused = new AtomicLong();
    final AtomicLong unknown = new AtomicLong();
    final AtomicLong notSent = new AtomicLong();
    final AtomicLong lostConnections = new AtomicLong();

    ClientMetrics snapshot(long queued) {
        return new ClientMetrics(
                sent.get(),
                resent.get(),
                acknowledged.get(),
                refused.get(),
                unknown.get(),
                notSent.get(),
                queued,
                lostConnections.get());
    }
}
