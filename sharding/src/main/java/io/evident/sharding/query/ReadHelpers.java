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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads that help a query's own thread where it has much to read: a disk answers several reads at a time in hardly more time
 * than one. A query never waits for a helper to become free: what none has begun, its own thread does. Thread-safe.
 */
public final class ReadHelpers implements AutoCloseable {
    /** For whom a query's own thread is enough. */
    public static final ReadHelpers NONE = new ReadHelpers(null, 0, 1);

    private static final int MAX_QUEUED = 256;
    /** To hand over fewer takes longer than it saves. */
    private static final int LEAST_READS = 32;

    private final ThreadPoolExecutor threads;
    private final int count;
    private final int leastReads;

    private ReadHelpers(ThreadPoolExecutor threads, int count, int leastReads) {
        this.threads = threads;
        this.count = count;
        this.leastReads = leastReads;
    }

    /**
     * Starts threads, which wait for work until {@link #close}.
     *
     * @param count how many, at least 1
     */
    public static ReadHelpers start(int count) {
        return start(count, LEAST_READS);
    }

    /** @param leastReads so many are worth a piece of their own */
    static ReadHelpers start(int count, int leastReads) {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                count, count, 0, TimeUnit.MILLISECONDS, new ArrayBlockingQueue<>(MAX_QUEUED), work -> {
                    Thread thread = new Thread(work, "evident-read-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.prestartAllCoreThreads();
        return new ReadHelpers(threads, count, leastReads);
    }

    /** Into how many pieces it is worth to cut so many reads, at least 1. */
    int piecesFor(long reads) {
        return (int) Math.max(1, Math.min(count + 1, reads / leastReads));
    }

    /** A part of a query's reading that needs nothing of the others. */
    @FunctionalInterface
    interface Piece<T> {
        T run() throws IOException;
    }

    /**
     * Runs all pieces, and returns when none of them runs any more. Once one has failed none is begun.
     *
     * @return what they returned, in their order
     * @throws IOException as the first of them in order that failed; of several failures an {@link Error} is thrown first
     */
    <T> List<T> run(List<? extends Piece<T>> pieces) throws IOException {
        AtomicBoolean failed = new AtomicBoolean();
        List<FutureTask<T>> tasks = new ArrayList<>(pieces.size());
        for (Piece<T> piece : pieces) {
            FutureTask<T> task = new FutureTask<>(() -> runUnless(failed, piece));
            if (!tasks.isEmpty()) {
                offer(task);
            }
            tasks.add(task);
        }
        for (FutureTask<T> task : tasks) {
            withdraw(task);
            // Does nothing where a helper was first.
            task.run();
        }
        return results(tasks);
    }

    private static <T> T runUnless(AtomicBoolean failed, Piece<T> piece) throws IOException {
        if (failed.get()) {
            return null;
        }
        boolean done = false;
        try {
            T result = piece.run();
            done = true;
            return result;
        } finally {
            if (!done) {
                failed.set(true);
            }
        }
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

    /** What is done must not stay in the queue with what it has read. */
    private void withdraw(FutureTask<?> task) {
        if (threads != null) {
            threads.remove(task);
        }
    }

    private static <T> List<T> results(List<FutureTask<T>> tasks) throws IOException {
        List<T> results = new ArrayList<>(tasks.size());
        Throwable failure = null;
        for (FutureTask<T> task : tasks) {
            try {
                results.add(ended(task));
            } catch (ExecutionException e) {
                failure = worse(failure, e.getCause());
            }
        }
        throwFailure(failure);
        return results;
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

    private static Throwable worse(Throwable first, Throwable next) {
        if (first == null) {
            return next;
        }
        boolean nextIsWorse = next instanceof Error && !(first instanceof Error);
        Throwable told = nextIsWorse ? next : first;
        told.addSuppressed(nextIsWorse ? first : next);
        return told;
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
