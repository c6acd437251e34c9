package io.evident.sharding.query;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads that help a query's own thread where it has much to read: a disk answers several reads at a time in hardly more time
 * than one. A query never waits for a helper to become free: what none has begun, its own thread does. Thread-safe.
 */
public final class ReadHelpers implements AutoCloseable {
    /** For whom a query's own thread is enough. */
    public static final ReadHelpers NONE = new ReadHelpers(null);

    private static final int MAX_QUEUED = 256;

    private final ThreadPoolExecutor threads;

    private ReadHelpers(ThreadPoolExecutor threads) {
        this.threads = threads;
    }

    /**
     * Starts threads, which wait for work until {@link #close}.
     *
     * @param count how many, at least 1
     */
    public static ReadHelpers start(int count) {
        AtomicInteger number = new AtomicInteger();
        return new ReadHelpers(new ThreadPoolExecutor(
                count, count, 0, TimeUnit.MILLISECONDS, new ArrayBlockingQueue<>(MAX_QUEUED), work -> {
                    Thread thread = new Thread(work, "evident-read-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                }));
    }

    /** A part of a query's reading that needs nothing of the others. */
    @FunctionalInterface
    interface Piece<T> {
        T run() throws IOException;
    }

    /**
     * Runs all pieces, and returns when none of them runs any more.
     *
     * @return what they returned, in their order
     * @throws IOException as the first of them in order that failed
     */
    <T> List<T> run(List<? extends Piece<T>> pieces) throws IOException {
        List<FutureTask<T>> tasks = new ArrayList<>(pieces.size());
        for (Piece<T> piece : pieces) {
            FutureTask<T> task = new FutureTask<>(piece::run);
            if (!tasks.isEmpty()) {
                offer(task);
            }
            tasks.add(task);
        }
        // Does nothing where a helper was first.
        tasks.forEach(FutureTask::run);
        List<T> results = new ArrayList<>(tasks.size());
        Throwable failure = null;
        for (FutureTask<T> task : tasks) {
            try {
                results.add(ended(task));
            } catch (ExecutionException e) {
                failure = failure == null ? e.getCause() : failure;
            }
        }
        throwFailure(failure);
        return results;
    }

    private void offer(FutureTask<?> task) {
        if (threads == null) {
            return;
        }
        try {
            threads.execute(task);
        } catch (RejectedExecutionException e) {
            // Too much waits already, or all is over: the query's own thread does it.
        }
    }

    /** Also when interrupted: nobody may still read when the query is over. */
    private static <T> T ended(FutureTask<T> task) throws ExecutionException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void throwFailure(Throwable failure) throws IOException {
        if (failure instanceof IOException io) {
            throw io;
        }
        if (failure instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (failure instanceof Error error) {
            throw error;
        }
    }

    /** Ends the threads; what no helper has begun by then, the queries do themselves. */
    @Override
    public void close() {
        if (threads != null) {
            threads.shutdown();
        }
    }
}
