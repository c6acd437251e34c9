package io.evident.server.demo;

import io.evident.client.AuditClient;
import io.evident.event.AuditEvent;
import io.evident.event.Tier;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The demo's senders: one Java client per tier, each with a thread that sends sample events, more and more of them while
 * the JVM warms up, and then at a steady rate. What was answered is in the {@link ReceiptCounts}.
 */
final class SampleTraffic implements AutoCloseable {
    /** Offered by the senders of all tiers together, a little above the target so that its rate is really passed. */
    static final int EVENTS_PER_SECOND = 56_000;

    private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(1);
    /** Every so many events one is sent again, as a client does that missed its receipt. */
    private static final int RESEND_EVERY = 5_000;

    private final ReceiptCounts receipts;
    private final double warmUpSeconds;
    private final List<AuditClient> clients = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean sending = true;

    /**
     * @param warmUpSeconds how long it takes to rise to the full rate
     */
    SampleTraffic(InetSocketAddress address, ReceiptCounts receipts, int warmUpSeconds) throws IOException {
        this.receipts = receipts;
        this.warmUpSeconds = warmUpSeconds;
        // Most applications do best with journaled for everyday events and synced for what they must not lose.
        start(address, Tier.ACCEPTED, EVENTS_PER_SECOND / 10);
        start(address, Tier.JOURNALED, EVENTS_PER_SECOND / 2);
        start(address, Tier.SYNCED, EVENTS_PER_SECOND * 4 / 10);
    }

    private void start(InetSocketAddress address, Tier tier, int eventsPerSecond) throws IOException {
        AuditClient client = AuditClient.builder()
                .address(address.getHostString(), address.getPort())
                .clientName("evident-demo-" + tier.text())
                .tier(tier)
                .waitWhenFull(Duration.ofSeconds(5))
                .connect();
        clients.add(client);
        Thread thread = new Thread(() -> send(client, tier, eventsPerSecond), "demo-" + tier.text());
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    private void send(AuditClient client, Tier tier, int eventsPerSecond) {
        SampleEvents events = new SampleEvents(tier.ordinal());
        long started = System.nanoTime();
        long sent = 0;
        while (sending) {
            long due = (long) (eventsPerSecond * fullSeconds((System.nanoTime() - started) / 1e9));
            for (; sent < due && sending; sent++) {
                AuditEvent event = events.next();
                send(client, event);
                if (sent % RESEND_EVERY == 0) {
                    send(client, event);
                }
            }
            LockSupport.parkNanos(TICK_NS);
        }
    }

    /**
     * How many seconds at the full rate a time since the start amounts to: the rate grows with the square of the time, as
     * a cold JVM on two cores could not follow at once, and what piled up would be in the way of what is shown later.
     */
    private double fullSeconds(double seconds) {
        double rising = Math.min(seconds, warmUpSeconds);
        double risen = warmUpSeconds == 0 ? 0 : rising * rising * rising / (3 * warmUpSeconds * warmUpSeconds);
        return risen + (seconds - rising);
    }

    private void send(AuditClient client, AuditEvent event) {
        client.send(event).whenComplete((receipt, failure) -> {
            if (failure == null) {
                receipts.countReceipt(receipt.tier(), receipt.duplicate());
            } else {
                receipts.countFailed();
            }
        });
    }

    /** Ends the sending and waits for the last receipts. */
    void stop() {
        close();
    }

    @Override
    public void close() {
        sending = false;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        clients.forEach(AuditClient::close);
    }
}
