package io.evident.load.peer.nats;

import io.evident.load.peer.PendingBatch;
import io.evident.load.peer.start.Peer;
import io.evident.load.target.Answers;
import io.evident.load.target.EventBatch;
import io.evident.load.target.TargetSender;
import io.nats.client.JetStream;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** One connection that publishes without waiting. */
final class NatsSender implements TargetSender {
    private static final long PAUSE_NS = 100_000;

    private final NatsClient client;
    private final JetStream stream;
    private final Answers answers;
    private final AtomicLong unanswered = new AtomicLong();

    private NatsSender(NatsClient client, Answers answers) throws IOException {
        this.client = client;
        this.stream = client.connection().jetStream();
        this.answers = answers;
    }

    static NatsSender to(String url, Answers answers) throws IOException {
        return new NatsSender(NatsClient.to(url), answers);
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // The callback hears of everything.
    public boolean send(EventBatch batch, long intendedNs) {
        if (unanswered.get() > 0 && unanswered.get() + batch.count() > Peer.UNANSWERED_EVENTS) {
            LockSupport.parkNanos(PAUSE_NS);
            return false;
        }
        PendingBatch pending = new PendingBatch(answers, unanswered, intendedNs, batch.count());
        for (int i = 0; i < batch.count(); i++) {
            stream.publishAsync(NatsTarget.SUBJECT, batch.bytes(i))
                    .whenComplete((unused, problem) -> pending.answered(problem));
        }
        return true;
    }

    @Override
    public void flush() {
        // The client writes by itself.
    }

    @Override
    public long unanswered() {
        return unanswered.get();
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
