package io.evident.server.system;

import io.evident.client.AuditClient;
import io.evident.event.AuditEvent;
import io.evident.event.Outcome;
import io.evident.event.Receipt;
import io.evident.event.Severity;
import io.evident.event.Tier;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One client that sends without pause until it is told to stop, and remembers what it sent and what it was answered.
 * Every event is another one, from a seeded generator, of all lanes, many streams, and times in no order.
 */
final class Load implements AutoCloseable {
    private static final long FIRST_TIME_NS = 1_780_000_000_000_000_000L;
    private static final int MOST_AT_ONCE = 20;
    private static final long PAUSE_MS = 2;

    private final AuditClient client;
    private final Random random;
    private final String name;
    private final long pauseNs;
    private final Map<UUID, AuditEvent> sent = new ConcurrentHashMap<>();
    private final Map<UUID, Receipt> receipts = new ConcurrentHashMap<>();
    private final Map<UUID, Throwable> problems = new ConcurrentHashMap<>();
    private final Thread thread;
    private volatile boolean stopped;

    Load(int tcpPort, Tier tier, String name, long seed) throws IOException {
        this(tcpPort, tier, name, seed, PAUSE_MS);
    }

    /**
     * @param name also the tenant of its events
     * @param pauseMs between one handful of events and the next
     */
    Load(int tcpPort, Tier tier, String name, long seed, long pauseMs) throws IOException {
        this.name = name;
        this.pauseNs = TimeUnit.MILLISECONDS.toNanos(pauseMs);
        this.random = new Random(seed);
        this.client = AuditClient.builder()
                .address("127.0.0.1", tcpPort)
                .clientName(name)
                .tier(tier)
                .maxPendingEvents(2_000)
                .waitWhenFull(Duration.ofSeconds(1))
                .retryDeadline(Duration.ofSeconds(1))
                .connect();
        this.thread = new Thread(this::run, name);
        thread.start();
    }

    private void run() {
        while (!stopped) {
            for (int i = random.nextInt(MOST_AT_ONCE); i >= 0 && !stopped; i--) {
                send(event(random, name, sent.size()));
            }
            LockSupport.parkNanos(pauseNs);
        }
    }

    private void send(AuditEvent event) {
        sent.put(event.id(), event);
        client.send(event).whenComplete((receipt, problem) -> {
            if (problem == null) {
                receipts.put(event.id(), receipt);
            } else {
                problems.put(event.id(), problem);
            }
        });
    }

    /** An event that no other call makes, with every kind of field here and there. */
    static AuditEvent event(Random random, String tenant, int number) {
        AuditEvent.Builder event = AuditEvent.builder(tenant, "user-" + random.nextInt(50), "document.read")
                .id(new UUID((random.nextLong() & ~0xF000L) | 0x4000L, (random.nextLong() >>> 2) | Long.MIN_VALUE))
                .timeNs(FIRST_TIME_NS + random.nextInt(1_000_000) * 1_000L + number % 1_000)
                .resource("document", "doc-" + number)
                .outcome(Outcome.values()[random.nextInt(Outcome.values().length)])
                .severity(Severity.values()[random.nextInt(Severity.values().length)])
                .attributes("{\"number\": " + number + ", \"text\": \"" + "é".repeat(random.nextInt(200)) + "\"}");
        if (random.nextBoolean()) {
            event.stream("stream-" + random.nextInt(20));
        }
        if (random.nextInt(4) == 0) {
            event.labels("pii");
        }
        return event.build();
    }

    /** Sends no more, and waits for answers no longer than this. */
    void stop(Duration patience) throws InterruptedException {
        stopped = true;
        if (patience.isZero()) {
            // A sender that waits for room in the client is set free by its end.
            client.close(patience);
        }
        thread.join();
        client.close(patience);
    }

    int receiptCount() {
        return receipts.size();
    }

    /** Everything that was handed to the client. */
    Map<UUID, AuditEvent> sent() {
        return sent;
    }

    Map<UUID, Receipt> receipts() {
        return receipts;
    }

    /** What ended without a receipt, and how. */
    Map<UUID, Throwable> problems() {
        return problems;
    }

    @Override
    public void close() {
        stopped = true;
        client.close(Duration.ZERO);
    }
}
