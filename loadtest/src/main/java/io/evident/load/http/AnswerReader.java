package io.evident.load.http;

import io.evident.event.Lane;
import io.evident.load.net.IndexRing;
import io.evident.load.net.ReadLoop;
import io.evident.load.target.Answers;
import io.evident.load.target.ThreadAnswers;
import io.evident.server.json.JsonTree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/** Takes the answers of all connections of one loop; used by its reading thread. */
final class AnswerReader implements ReadLoop.Reader<SendingConnection> {
    private static final int READ_BYTES = 1 << 20;
    private static final String PROBLEM_TYPE = "urn:evident:problem:";
    private static final int LEAST_PROBLEM = 400;
    private static final int SHOWN_BYTES = 200;

    private final IndexRing free;
    private final Answers answers;
    private final AtomicLong answered = new AtomicLong();
    private final AnswerFraming framing = new AnswerFraming();
    private final ReceiptScan receipts = new ReceiptScan();
    private byte[] buffer = new byte[2 * READ_BYTES];
    private ThreadAnswers own;

    AnswerReader(IndexRing free, Answers answers) {
        this.free = free;
        this.answers = answers;
    }

    /** Events that were answered so far. */
    long answered() {
        return answered.get();
    }

    /** What was sent over a connection that is gone: nobody knows. */
    void broken(SendingConnection connection) {
        answers.failed("connection-broke", connection.events());
    }

    @Override
    public void read(SendingConnection connection) throws IOException {
        if (own == null) {
            own = answers.ofThisThread();
        }
        byte[] begun = connection.partial();
        if (buffer.length - begun.length < READ_BYTES) {
            buffer = new byte[begun.length + 2 * READ_BYTES];
        }
        System.arraycopy(begun, 0, buffer, 0, begun.length);
        int got = connection.channel().read(ByteBuffer.wrap(buffer, begun.length, READ_BYTES));
        if (got < 0) {
            throw new IOException("the server closed the connection");
        }
        int end = begun.length + got;
        int answerEnd = got == 0 ? -1 : framing.end(buffer, 0, end);
        connection.partial(buffer, Math.max(0, answerEnd), end);
        if (answerEnd >= 0) {
            take(connection, System.nanoTime());
        }
    }

    private void take(SendingConnection connection, long nowNs) throws IOException {
        int events = connection.events();
        if (events == 0) {
            throw new IOException("the server answered what it was not asked");
        }
        receipts.scan(buffer, framing.bodyFrom(), framing.bodyTo(), own);
        for (int lane = 0; lane < Lane.count(); lane++) {
            if (receipts.perLane(lane) > 0) {
                own.answered(
                        Lane.ofCode(lane),
                        connection.intendedNs(),
                        connection.sentNs(),
                        nowNs,
                        receipts.perLane(lane),
                        receipts.duplicates(lane));
            }
        }
        if (!receipts.onlyReceipts() || receipts.count() != events) {
            takeProblems(events - receipts.count());
        }
        connection.answered();
        answered.lazySet(answered.get() + events);
        if (framing.isLast()) {
            throw new IOException("the server ended a keep-alive connection with status " + framing.status());
        }
        free.giveBack(connection.number());
    }

    /** Not all were taken: every other event has a problem of its own, or that of the whole request. */
    private void takeProblems(int missing) throws IOException {
        JsonTree body = body();
        int left = missing;
        for (JsonTree rejected : body.at("rejected").elements()) {
            takeProblem(rejected.at("problem"), 1);
            left--;
        }
        if (left < 0 || (left > 0 && framing.status() < LEAST_PROBLEM)) {
            throw new IOException(
                    "the server answered " + framing.status() + " and left " + left + " events unanswered");
        }
        if (left > 0) {
            takeProblem(body, left);
        }
    }

    private JsonTree body() throws IOException {
        byte[] bytes = Arrays.copyOfRange(buffer, framing.bodyFrom(), framing.bodyTo());
        try {
            return JsonTree.parse(bytes);
        } catch (IOException notJson) {
            String begin = new String(bytes, 0, Math.min(bytes.length, SHOWN_BYTES), StandardCharsets.UTF_8);
            throw new IOException("the server answered " + framing.status() + " without JSON: " + begin, notJson);
        }
    }

    private void takeProblem(JsonTree problem, int events) {
        String type = problem.text("type");
        String reason = type != null && type.startsWith(PROBLEM_TYPE)
                ? type.substring(PROBLEM_TYPE.length())
                : "http-" + framing.status();
        if ("unknown".equals(problem.text("outcome"))) {
            own.failed(reason, events);
        } else {
            own.refused(reason, events);
        }
    }
}
