package io.evident.load.http;

import io.evident.load.net.IndexRing;
import io.evident.load.net.ReadLoop;
import io.evident.load.target.EventBatch;
import io.evident.load.target.TargetSender;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Posts each batch over a connection that has no request in flight; without one, the batch waits. */
final class PostingSender implements TargetSender {
    private static final long LONGEST_WAIT_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final List<SendingConnection> connections;
    private final List<SendingConnection> unwritten = new ArrayList<>();
    private final IndexRing free;
    private final AnswerReader answers;
    private final ReadLoop<SendingConnection> reader;
    private final RequestBuffer request;
    private volatile long sent;

    PostingSender(
            List<SendingConnection> connections,
            IndexRing free,
            AnswerReader answers,
            ReadLoop<SendingConnection> reader,
            RequestBuffer request) {
        this.connections = connections;
        this.free = free;
        this.answers = answers;
        this.reader = reader;
        this.request = request;
    }

    @Override
    public boolean send(EventBatch batch, long intendedNs) throws IOException {
        if (free.free() == 0) {
            flush();
            reader.awaitAnswers(LONGEST_WAIT_NS);
            if (free.free() == 0) {
                return false;
            }
        }
        reader.throwFailure();
        SendingConnection connection = connections.get(free.take());
        request.write(batch);
        countSent(batch.count());
        if (!connection.send(request.bytes(), request.length(), batch.count(), intendedNs)) {
            unwritten.add(connection);
        }
        return true;
    }

    /** Only this thread writes it. */
    private void countSent(int events) {
        long before = sent;
        sent = before + events;
    }

    @Override
    public void flush() throws IOException {
        reader.throwFailure();
        for (int i = unwritten.size() - 1; i >= 0; i--) {
            if (unwritten.get(i).writeOn()) {
                unwritten.set(i, unwritten.get(unwritten.size() - 1));
                unwritten.remove(unwritten.size() - 1);
            }
        }
    }

    @Override
    public long unanswered() {
        return sent - answers.answered();
    }

    @Override
    public void close() throws IOException {
        reader.close();
        for (SendingConnection connection : connections) {
            connection.close();
        }
    }
}
