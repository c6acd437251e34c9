package io.evident.load.follow;

import io.evident.client.AuditClient;
import io.evident.client.RefusedException;
import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import io.evident.server.config.HostPort;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * Sends a step's events at a rate, at JOURNALED, and remembers when each receipt came. Latency counts from the moment at
 * which an event was meant to be sent.
 */
final class PacedIntake {
    private static final long HIGHEST_NS = 600_000_000_000L;
    private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int PENDING_EVENTS = 65_536;
    /** In place of a time: no receipt came. */
    private static final long REFUSED = -1;

    private static final long UNKNOWN = -2;

    private final LiveEvents events;
    private final long eventsPerSecond;
    private final AtomicLongArray receiptTicks;
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong unknown = new AtomicLong();
    private final Recorder latency = new Recorder(HIGHEST_NS, 3);
    /** All times count from here, so that none of them is 0 or negative. */
    private final long originTick = System.nanoTime() - 1_000;

    PacedIntake(LiveEvents events, long eventsPerSecond, int seconds) {
        this.events = events;
        this.eventsPerSecond = eventsPerSecond;
        this.receiptTicks = new AtomicLongArray(Math.toIntExact(eventsPerSecond * seconds));
    }

    int events() {
        return receiptTicks.length();
    }

    /** Sends all of them, and waits for the answers. */
    void run(HostPort server) throws IOException {
        try (AuditClient client = AuditClient.builder()
                .address(server.host(), server.port())
                .clientName("evident-load")
                .tier(Tier.JOURNALED)
                .maxPendingEvents(PENDING_EVENTS)
                .waitWhenFull(PATIENCE)
                .eventDeadline(PATIENCE)
                .retryDeadline(PATIENCE)
                .closeTimeout(PATIENCE)
                .connect()) {
            long beginTick = System.nanoTime();
            int next = 0;
            while (next < events()) {
                long due = Math.min(events(), (long) ((System.nanoTime() - beginTick) / 1e9 * eventsPerSecond));
                for (; next < due; next++) {
                    send(client, next, beginTick + (long) (next * 1e9 / eventsPerSecond));
                }
                LockSupport.parkNanos(TICK_NS);
            }
        }
    }

    private void send(AuditClient client, int number, long intendedTick) {
        client.send(events.event(number)).whenComplete((receipt, problem) -> {
            long now = System.nanoTime();
            if (problem == null) {
                receiptTicks.set(number, now - originTick);
                latency.recordValue(Math.min(Math.max(1, now - intendedTick), HIGHEST_NS));
            } else {
                (isRefused(problem) ? refused : unknown).incrementAndGet();
                receiptTicks.set(number, isRefused(problem) ? REFUSED : UNKNOWN);
            }
        });
    }

    private static boolean isRefused(Throwable problem) {
        Throwable why = problem instanceof CompletionException ? problem.getCause() : problem;
        return why instanceof RefusedException refusal && refusal.refusal().reason() != RefusalReason.OUTCOME_UNKNOWN;
    }

    /** Whether an event has its receipt, so that its followers have to get it. */
    boolean isStored(int number) {
        return receiptTicks.get(number) > 0;
    }

    /** Whether nobody knows if an event is stored. */
    boolean isUnknown(int number) {
        return receiptTicks.get(number) == UNKNOWN;
    }

    /** Nanoseconds since an event's receipt came; 0 when it has not come yet. Any thread. */
    long sinceReceiptNs(long number) {
        long tick = receiptTicks.get((int) number);
        return tick > 0 ? Math.max(0, System.nanoTime() - originTick - tick) : 0;
    }

    long refused() {
        return refused.get();
    }

    long unknown() {
        return unknown.get();
    }

    /** Of the receipts, in nanoseconds. Call once, at the end. */
    Histogram latency() {
        return latency.getIntervalHistogram();
    }
}
