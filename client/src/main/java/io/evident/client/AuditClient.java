package io.evident.client;

import io.evident.event.AuditEvent;
import io.evident.event.EventEncoder;
import io.evident.event.EventIds;
import io.evident.event.Receipt;
import io.evident.event.Refusal;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

/**
 * Sends audit events to Evident over one TCP connection, and says of each how safe it is.
 *
 * <pre>{@code
 * try (AuditClient client = AuditClient.builder().address("127.0.0.1", 8481).connect()) {
 *     AuditEvent event = AuditEvent.builder("acme", "user-17", "document.read")
 *             .resource("document", "doc-9")
 *             .outcome(Outcome.SUCCESS)
 *             .severity(Severity.P2_MEDIUM)
 *             .build();
 *     client.send(event).whenComplete((receipt, problem) -> {
 *         if (problem != null) {
 *             alarm(event, problem);
 *         }
 *     });
 * }
 * }</pre>
 *
 * Each event has its id before it is first sent, and keeps it. When a connection breaks, the client connects again and
 * sends what was unanswered again; the server tells by the id what it has already, so every event is stored exactly once.
 * Refusals that may pass, such as a full lane, are retried until the retry deadline. Events go out in the order of
 * {@code send}; only one that is retried after a refusal may come after later ones.
 *
 * <p>Every stage completes: with a {@link Receipt}, or with a {@link SendException} whose class says what is known of the
 * event. Memory is bounded by {@link AuditClientBuilder#maxPendingEvents} and {@link AuditClientBuilder#maxPendingBytes}, which
 * counts what events take encoded: until they are answered they are kept as they were given, which takes more.
 *
 * <p>Thread-safe: any thread may {@link #send}. Stages are completed by the client's one thread, so what depends on them
 * must not block it; use the {@code Async} methods of {@link CompletionStage} for longer work. That thread is a daemon:
 * a program that ends without {@link #close()} leaves events behind that have no receipt.
 */
public final class AuditClient implements AutoCloseable {
    private final ClientConfig config;
    private final EventIds ids = new EventIds();
    private final Counters counters = new Counters();
    private final Outbox outbox = new Outbox();
    private final PendingBudget budget;
    private final ClientLoop loop;
    private final Thread thread;

    AuditClient(ClientConfig config) throws IOException {
        this.config = config;
        this.budget = new PendingBudget(config.maxPendingEvents(), config.maxPendingBytes());
        this.loop =
                new ClientLoop(config, outbox, budget, new Settlement(config, budget, outbox, counters, ids), counters);
        this.thread = new Thread(loop, "evident-client-" + address());
        thread.setDaemon(true);
    }

    /** Begins a client. */
    public static AuditClientBuilder builder() {
        return new AuditClientBuilder();
    }

    /** A client of a server without authentication, with all defaults. Throws as {@link AuditClientBuilder#connect} does. */
    public static AuditClient connect(String host, int port) throws IOException {
        return builder().address(host, port).connect();
    }

    private String address() {
        return config.host() + ":" + config.port();
    }

    void start() {
        thread.start();
    }

    /** Waits until the first attempt to connect has come to its end. */
    void awaitFirstAttempt() throws IOException {
        try {
            loop.firstAttempt().get();
        } catch (ExecutionException failed) {
            throw new IOException(
                    "no connection to " + address() + ": " + failed.getCause().getMessage(), failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while connecting to " + address(), interrupted);
        }
    }

    /**
     * Sends an event. Returns as soon as it is queued; waits only where {@link AuditClientBuilder#waitWhenFull} was asked for. The
     * stage completes with the receipt as soon as the event has reached the client's tier, or exceptionally with
     *
     * <ul>
     *   <li>{@link RefusedException}: it is not stored, and why;
     *   <li>{@link OutcomeUnknownException}: it was sent, and nothing is known;
     *   <li>{@link NotSentException}: it never left this process;
     *   <li>{@link QueueFullException}, {@link ClientClosedException}: it was not taken in the first place.
     * </ul>
     *
     * A receipt with {@code duplicate} is as good as any: the event was stored by an earlier sending.
     *
     * @param event with or without an id; one without gets a UUID of version 7, with the time at which it is first written
     */
    public CompletionStage<Receipt> send(AuditEvent event) {
        int sizeBytes = event.encodedLength();
        if (sizeBytes < 0) {
            Refusal refusal = event.encodeInto(new EventEncoder());
            return CompletableFuture.failedFuture(new RefusedException(idOf(event), refusal));
        }
        return enqueue(event, new PendingEvent(event, sizeBytes, System.nanoTime()));
    }

    private UUID idOf(AuditEvent event) {
        return event.id() != null ? event.id() : ids.next();
    }

    private CompletionStage<Receipt> enqueue(AuditEvent event, PendingEvent pending) {
        if (!reserve(pending.sizeBytes)) {
            UUID id = idOf(event);
            return CompletableFuture.failedFuture(
                    loop.isClosing()
                            ? new ClientClosedException(id, loop.failure())
                            : new QueueFullException(id, config.maxPendingEvents(), config.maxPendingBytes()));
        }
        // Reserved first: the thread ends only after it has seen the budget empty and the client closing.
        if (loop.isClosing()) {
            budget.release(pending.sizeBytes);
            return CompletableFuture.failedFuture(new ClientClosedException(idOf(event), loop.failure()));
        }
        outbox.add(pending);
        loop.wake();
        return pending;
    }

    private boolean reserve(int sizeBytes) {
        // The client's own thread never waits: it is the one that makes room.
        if (config.fullWaitNs() == 0 || Thread.currentThread() == thread) {
            return budget.tryReserve(sizeBytes);
        }
        try {
            return budget.reserve(sizeBytes, config.fullWaitNs());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** What the client has done so far. Any thread. */
    public ClientMetrics metrics() {
        return counters.snapshot(budget.events());
    }

    /** What ended or prevented the last connection, for people; empty while a connection stands. Any thread. */
    public Optional<String> lastProblem() {
        return Optional.ofNullable(loop.lastProblem()).map(Throwable::toString);
    }

    /** As {@link #close(Duration)} with the close timeout that the client was built with. */
    @Override
    public void close() {
        close(Duration.ofNanos(config.closeTimeoutNs()));
    }

    /**
     * Takes no more events, waits for the answers to those it has, and ends the connection. When it returns, every stage
     * is complete; what had no answer in time ends with {@link OutcomeUnknownException} or {@link NotSentException}. An
     * interrupt ends the waiting at once. Any thread, any number of times; from a stage of this client it does not wait.
     */
    public void close(Duration timeout) {
        loop.close(System.nanoTime() + AuditClientBuilder.nanos(timeout));
        if (Thread.currentThread() == thread) {
            return;
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException hurry) {
                interrupted = true;
                loop.close(System.nanoTime());
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
