package io.evident.load.ledger;

import io.evident.client.AuditClient;
import io.evident.client.ClientClosedException;
import io.evident.client.NotSentException;
import io.evident.client.QueueFullException;
import io.evident.client.RefusedException;
import io.evident.event.Receipt;
import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** One client that sends derived events at one tier and an even pace, and writes down what became of each. */
final class RecordingSender {
    private static final int MOST_PENDING = 1_000;
    private static final long TICK_NS = 2_000_000;

    /** Every so many events, one that was sent so many events before is sent again, with its id. */
    private static final int AGAIN_EVERY = 50;

    private static final int AGAIN_AFTER = 1_000;

    private final Tier tier;
    private final long run;
    private final int number;
    private final double eventsPerSecond;
    private final LedgerFile ledger;
    private final AuditClient client;
    private final Thread thread;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong receipts = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong unknown = new AtomicLong();
    private final AtomicLong notSent = new AtomicLong();
    private final Runnable onFailure;
    private volatile boolean stopped;
    private volatile String failure;

    /**
     * @param number tells this sender's ids from the others' of the run
     * @param giveUpMs how long an event is tried
     * @param onFailure runs when the ledger cannot be written: then nothing more is worth sending
     */
    RecordingSender(
            InetSocketAddress server,
            Tier tier,
            long run,
            int number,
            double eventsPerSecond,
            int giveUpMs,
            LedgerFile ledger,
            Runnable onFailure)
            throws IOException {
        this.tier = tier;
        this.run = run;
        this.number = number;
        this.eventsPerSecond = eventsPerSecond;
        this.ledger = ledger;
        this.onFailure = onFailure;
        this.client = AuditClient.builder()
                .address(server.getHostString(), server.getPort())
                .clientName("record-" + tier.text())
                .tier(tier)
                .maxPendingEvents(MOST_PENDING)
                .waitWhenFull(Duration.ofSeconds(1))
                .eventDeadline(Duration.ofMillis(giveUpMs))
                .retryDeadline(Duration.ofMillis(giveUpMs))
                .reconnectBackoff(Duration.ofMillis(20), Duration.ofMillis(250))
                .open();
        this.thread = new Thread(this::send, "record-" + tier.text());
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void send() {
        long startNs = System.nanoTime();
        long next = 0;
        while (!stopped) {
            long due = (long) ((System.nanoTime() - startNs) / 1e9 * eventsPerSecond);
            while (next < due && !stopped) {
                if (next % AGAIN_EVERY == 0 && next >= AGAIN_AFTER) {
                    sendOne(DerivedEvent.id(run, number, next - AGAIN_AFTER));
                }
                sendOne(DerivedEvent.id(run, number, next++));
            }
            LockSupport.parkNanos(TICK_NS);
        }
    }

    private void sendOne(UUID id) {
        sent.incrementAndGet();
        client.send(DerivedEvent.of(id)).whenComplete((receipt, problem) -> tryWrite(id, receipt, problem));
    }

    /** What this threw would be lost in the future. */
    private void tryWrite(UUID id, Receipt receipt, Throwable problem) {
        try {
            write(id, receipt, problem);
        } catch (UncheckedIOException e) {
            failure = e.getMessage() + ": " + e.getCause();
            onFailure.run();
        }
    }

    private void write(UUID id, Receipt receipt, Throwable problem) {
        long nowMs = System.currentTimeMillis();
        if (problem == null) {
            ledger.write(LedgerLine.of(receipt, nowMs));
            receipts.incrementAndGet();
            return;
        }
        Throwable why = problem instanceof CompletionException ? problem.getCause() : problem;
        if (why instanceof NotSentException
                || why instanceof QueueFullException
                || why instanceof ClientClosedException) {
            notSent.incrementAndGet();
        } else if (why instanceof RefusedException refusal
                && refusal.refusal().reason() != RefusalReason.OUTCOME_UNKNOWN) {
            ledger.write(
                    LedgerLine.refused(id, nowMs, refusal.refusal().reason().text()));
            refused.incrementAndGet();
        } else {
            ledger.write(LedgerLine.unknown(id, nowMs, why.getClass().getSimpleName()));
            unknown.incrementAndGet();
        }
    }

    /** Sends no more, waits for answers so long, and writes down what has none as unknown. */
    void stop(long patienceMs) throws InterruptedException {
        stopped = true;
        if (patienceMs == 0) {
            // A sender that waits for room in the client is set free by its end.
            client.close(Duration.ZERO);
        }
        thread.join();
        client.close(Duration.ofMillis(patienceMs));
    }

    /** Why the ledger could not be written, or {@code null}. */
    String failure() {
        return failure;
    }

    /** Answers that were written down. */
    long written() {
        return receipts.get() + refused.get() + unknown.get();
    }

    /** Events whose end was not written down: none, once it has stopped. */
    long unwritten() {
        return sent.get() - written() - notSent.get();
    }

    /** What was sent and answered, on one line. */
    String summary() {
        return tier.text() + ": " + sent + " sent, " + receipts + " receipts, " + refused + " refused, " + unknown
                + " unknown, " + notSent + " never sent";
    }
}
