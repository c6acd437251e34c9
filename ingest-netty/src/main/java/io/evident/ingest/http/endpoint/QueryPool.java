package io.evident.ingest.http.endpoint;

import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.ingest.QueryLimits;
import io.evident.ingest.http.Exchange;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads on which questions are answered that read files, and the bounded queue before them. Thread-safe. */
final class QueryPool {
    private static final Logger LOG = LoggerFactory.getLogger(QueryPool.class);

    private final ThreadPoolExecutor executor;

    /** Something that answers an exchange, and may read files for it. */
    interface Work {
        void run() throws IOException;
    }

    QueryPool(QueryLimits limits) {
        executor = new ThreadPoolExecutor(
                limits.threads(),
                limits.threads(),
                0,
                TimeUnit.MILLISECONDS,
                new LinkedBlockingQueue<>(limits.maxQueued()),
                new DefaultThreadFactory("evident-query", true));
    }

    /** Runs work for an exchange soon, or refuses the exchange when too much waits already. */
    void run(Exchange exchange, Work work) {
        run(exchange, work, () -> {});
    }

    /** The same; {@code otherwise} runs when the work is not done or fails. */
    void run(Exchange exchange, Work work, Runnable otherwise) {
        try {
            executor.execute(() -> runNow(exchange, work, otherwise));
        } catch (RejectedExecutionException e) {
            otherwise.run();
            exchange.refuse(Refusal.of(RefusalReason.BUSY, "too many queries wait for their answer; try again"));
        }
    }

    /** Runs something soon that answers for its own failures. Returns false when too much waits already, or all is over. */
    boolean offer(Runnable work) {
        try {
            executor.execute(work);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    private static void runNow(Exchange exchange, Work work, Runnable otherwise) {
        try {
            work.run();
        } catch (IOException | RuntimeException e) {
            LOG.error("a query failed: {}", exchange.route().path(), e);
            otherwise.run();
            exchange.refuse(
                    Refusal.of(RefusalReason.INTERNAL, "the query failed; the server's log tells more about it"));
        }
    }

    /** Ends the threads; what still waits is not answered. */
    void close() {
        executor.shutdownNow();
    }

    /** Waits for the threads to end. Returns whether they did. */
    boolean awaitEnd(long timeoutMs) throws InterruptedException {
        return executor.awaitTermination(timeoutMs, TimeUnit.MILLISECONDS);
    }
}
