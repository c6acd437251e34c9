package io.evident.client.read;

import io.evident.client.connection.Backoff;
import io.evident.client.read.answer.NoAnswerException;
import io.evident.client.read.answer.ProblemException;
import io.evident.client.read.answer.ReadException;
import io.evident.client.read.answer.RecordReader;
import java.io.IOException;
import java.util.Random;
import java.util.UUID;

/** One export: goes on behind the last whole event when the connection breaks, until all is there. */
final class ExportLoop {
    private final HttpCalls calls;
    private final ReadQuery query;
    private final ExportFormat format;
    private final ExportSink sink;
    private final Backoff backoff;
    private UUID after;
    private long events;
    private int resumptions;
    /** Attempts in a row that brought no event. */
    private int vainAttempts;

    /** @param after begins behind the event of this id; {@code null} for the beginning */
    ExportLoop(HttpCalls calls, ReadQuery query, ExportFormat format, UUID after, ExportSink sink) {
        this.calls = calls;
        this.query = query;
        this.format = format;
        this.after = after;
        this.sink = sink;
        ReadConfig config = calls.config();
        this.backoff = new Backoff(config.minBackoffMs(), config.maxBackoffMs(), new Random());
    }

    /**
     * Exports.
     *
     * @throws ExportStoppedException when it cannot be brought to its end
     * @throws IOException when the sink fails
     */
    ExportSummary run() throws IOException {
        for (ReadException broken = attempt(); broken != null; broken = attempt()) {
            if (vainAttempts >= calls.config().exportAttempts()) {
                throw stopped(broken);
            }
            pause(broken);
            resumptions++;
        }
        return summary();
    }

    /** Why the connection broke, or {@code null} when the export is complete. */
    private ReadException attempt() throws IOException {
        vainAttempts++;
        try (BodyStream body = calls.newBody(calls.config().answerTimeoutNs())) {
            ReadException refused = begin(body);
            if (refused != null) {
                return refused;
            }
            RecordReader records = new RecordReader(body, format == ExportFormat.CSV, HttpCalls.MAX_EVENT_BYTES);
            while (true) {
                byte[] record;
                try {
                    record = records.next();
                } catch (IOException cut) {
                    return new NoAnswerException("the answer was cut short: " + cut.getMessage(), cut);
                } catch (ReadException useless) {
                    throw stopped(useless);
                }
                if (record == null) {
                    return null;
                }
                pass(record);
            }
        }
    }

    private ReadException begin(BodyStream body) {
        sink.begin();
        try {
            calls.send(body, "/v1/export" + query.export(format, after), format.mediaType(), null);
            return null;
        } catch (NoAnswerException broken) {
            return broken;
        } catch (ProblemException refused) {
            if (!refused.mayPass()) {
                throw stopped(refused);
            }
            return refused;
        } catch (ReadException useless) {
            throw stopped(useless);
        }
    }

    private void pass(byte[] record) throws IOException {
        UUID id;
        try {
            id = sink.read(record);
        } catch (ReadException useless) {
            throw stopped(useless);
        }
        sink.take();
        if (id != null) {
            after = id;
            events++;
            vainAttempts = 0;
        }
    }

    private void pause(ReadException broken) {
        long delayMs = backoff.delayMs(vainAttempts);
        if (broken instanceof ProblemException problem && problem.retryAfter() != null) {
            delayMs = Math.max(
                    delayMs,
                    Math.min(problem.retryAfter().toMillis(), calls.config().maxRetryWaitMs()));
        }
        try {
            calls.pause(delayMs);
        } catch (NoAnswerException closed) {
            throw stopped(closed);
        }
    }

    private ExportSummary summary() {
        return new ExportSummary(events, after, resumptions);
    }

    private ExportStoppedException stopped(ReadException why) {
        return new ExportStoppedException(summary(), why);
    }
}
