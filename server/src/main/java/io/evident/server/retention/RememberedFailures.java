package io.evident.server.retention;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Segments that could not be read: these are not read again at once, which may take as long as a look has, but once in {@value
 * #RETRY_MINUTES} minutes. For the retention thread.
 */
final class RememberedFailures {
    static final int RETRY_MINUTES = 15;

    private final LongSupplier tickNs;
    private final Map<Integer, Failed> failed = new HashMap<>();

    private record Failed(long atNs, IOException why) {}

    /** Reads a segment. */
    interface Question<T> {
        T ask() throws IOException;
    }

    /** @param tickNs nanoseconds that only grow */
    RememberedFailures(LongSupplier tickNs) {
        this.tickNs = tickNs;
    }

    /** The answer, or how it failed, now or a while ago. A server that stops is no failure of the segment. */
    <T> T ask(int segment, Question<T> question) throws IOException {
        Failed before = failed.get(segment);
        if (before != null && tickNs.getAsLong() - before.atNs < TimeUnit.MINUTES.toNanos(RETRY_MINUTES)) {
            throw new IOException("could not be read a while ago: " + before.why.getMessage(), before.why);
        }
        try {
            T answer = question.ask();
            failed.remove(segment);
            return answer;
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            failed.put(segment, new Failed(tickNs.getAsLong(), e));
            throw e;
        }
    }
}
