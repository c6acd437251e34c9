package io.evident.load.follow;

import io.evident.load.http.HttpConnection;
import io.evident.load.search.RandomQuestions;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * Threads that ask questions, each over a connection of its own: one at a time, at fixed moments, or as fast as they are
 * answered. Latency counts from the moment at which a question was meant to be asked.
 */
final class Queriers implements AutoCloseable {
    private static final long HIGHEST_NS = 600_000_000_000L;
    private static final int OK = 200;

    private final URI server;
    private final RandomQuestions questions;
    private final int queriers;
    private final long everyNs;
    private final AtomicLong next = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final Recorder latency = new Recorder(HIGHEST_NS, 3);
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean closing;
    private volatile IOException failure;

    /** @param everyMs from one question of a querier to its next; 0 for as fast as they are answered */
    Queriers(URI server, RandomQuestions questions, int queriers, long everyMs) {
        this.server = server;
        this.questions = questions;
        this.queriers = queriers;
        this.everyNs = TimeUnit.MILLISECONDS.toNanos(everyMs);
    }

    void start() {
        for (int i = 0; i < queriers; i++) {
            long firstNs = everyNs * i / queriers;
            Thread thread = new Thread(() -> run(firstNs), "querier-" + i);
            threads.add(thread);
            thread.start();
        }
    }

    private void run(long firstNs) {
        try (HttpConnection http = HttpConnection.open(server)) {
            long intended = System.nanoTime() + firstNs;
            while (!closing) {
                waitUntil(intended);
                int status = http.get(questions.path(next.getAndIncrement()));
                if (status == OK) {
                    latency.recordValue(Math.min(HIGHEST_NS, Math.max(1, System.nanoTime() - intended)));
                } else {
                    refused.incrementAndGet();
                }
                intended = everyNs == 0 ? System.nanoTime() : intended + everyNs;
            }
        } catch (IOException e) {
            failure = e;
        }
    }

    private void waitUntil(long tick) {
        for (long missing = tick - System.nanoTime(); missing > 0 && !closing; missing = tick - System.nanoTime()) {
            LockSupport.parkNanos(missing);
        }
    }

    long refused() {
        return refused.get();
    }

    /** Of the answers, in nanoseconds. Call once, after {@link #close}. */
    Histogram latency() {
        return latency.getIntervalHistogram();
    }

    /** Ends them. Throws what made one of them fail. */
    @Override
    public void close() throws IOException {
        closing = true;
        threads.forEach(LockSupport::unpark);
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
