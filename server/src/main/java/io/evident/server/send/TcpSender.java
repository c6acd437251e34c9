package io.evident.server.send;

import io.evident.client.AuditClient;
import io.evident.client.NotSentException;
import io.evident.client.OutcomeUnknownException;
import io.evident.client.RefusedException;
import io.evident.event.Receipt;
import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends over TCP with the Java client, which batches, connects again, and sends again what may have been lost. At most
 * {@value #MAX_PENDING_EVENTS} events wait for their answers.
 */
public final class TcpSender implements EventSender {
    private static final int MAX_PENDING_EVENTS = 16_384;
    private static final long WAIT_MS = 20;
    /** With no answer at all for this long the server is given up; the client's own deadlines end before. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final AuditClient client;
    private final SendAnswers answers;
    private final AtomicLong pending = new AtomicLong();
    private volatile String lost;

    private TcpSender(AuditClient client, SendAnswers answers) {
        this.client = client;
        this.answers = answers;
    }

    /**
     * Connects.
     *
     * @throws IOException when nobody answers there; the message is for the user
     */
    public static TcpSender connect(String host, int port, Tier tier, SendAnswers answers) throws IOException {
        AuditClient client = AuditClient.builder()
                .address(host, port)
                .clientName("evident send")
                .tier(tier)
                .maxPendingEvents(MAX_PENDING_EVENTS)
                .waitWhenFull(PATIENCE)
                .eventDeadline(PATIENCE)
                .connect();
        return new TcpSender(client, answers);
    }

    @Override
    public void send(OutgoingEvent event) throws IOException {
        if (lost != null) {
            throw new IOException(lost);
        }
        pending.incrementAndGet();
        client.send(event.event()).whenComplete((receipt, problem) -> settle(event, receipt, problem));
    }

    /** Runs on the client's thread, or at once on the sender's. */
    private void settle(OutgoingEvent event, Receipt receipt, Throwable problem) {
        try {
            if (problem == null) {
                answers.receipt(event, receipt);
            } else {
                answers.refusal(event, refusalOf(problem));
            }
        } finally {
            pending.decrementAndGet();
        }
    }

    private SendRefusal refusalOf(Throwable problem) {
        if (problem instanceof RefusedException refused) {
            return SendRefusal.of(refused.refusal());
        }
        // There is no point in reading on when the server is gone.
        lost = "the server does not answer any more: " + client.lastProblem().orElse(problem.getMessage());
        if (problem instanceof OutcomeUnknownException) {
            return new SendRefusal(RefusalReason.OUTCOME_UNKNOWN.text(), null, problem.getMessage());
        }
        return new SendRefusal(
                problem instanceof NotSentException ? "not-sent" : "not-taken", null, problem.getMessage());
    }

    @Override
    public void finish(Runnable whileWaiting) throws IOException, InterruptedException {
        while (pending.get() > 0) {
            whileWaiting.run();
            Thread.sleep(WAIT_MS);
        }
        whileWaiting.run();
        if (lost != null) {
            throw new IOException(lost);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
