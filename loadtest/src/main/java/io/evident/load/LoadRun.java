package io.evident.load;

import io.evident.load.pool.EventPool;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Carries out one plan: connects, warms up, measures, waits for the last answers, disconnects. */
final class LoadRun {
    private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LAST_ANSWERS_NS = TimeUnit.SECONDS.toNanos(30);

    private final LoadPlan plan;
    private final EventPool pool;
    private final long seed;
    private final Progress progress;
    private final BooleanSupplier toldToEnd;
    private final LoadTally tally = new LoadTally();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile boolean sending = true;

    /** Hears once in a while how far the run is. */
    interface Progress {
        void at(boolean warmingUp, long receipts, double seconds);
    }

    /** @param toldToEnd whether to end before the time is over */
    LoadRun(LoadPlan plan, EventPool pool, long seed, Progress progress, BooleanSupplier toldToEnd) {
        this.plan = plan;
        this.pool = pool;
        this.seed = seed;
        this.progress = progress;
        this.toldToEnd = toldToEnd;
    }

    /**
     * Runs to the end.
     *
     * @throws IOException when a connection broke, or answers did not come within half a minute
     */
    LoadResult run() throws IOException {
        List<LoadConnection> connections = new ArrayList<>();
        List<Thread> senders = new ArrayList<>();
        try {
            for (int i = 0; i < plan.connections(); i++) {
                LoadConnection connection = new LoadConnection(plan, pool, tally, seed + i);
                connections.add(connection);
                startThread("load-receive-" + i, connection::receive);
                senders.add(startThread("load-send-" + i, () -> connection.send(() -> sending)));
            }
            rest(TimeUnit.SECONDS.toNanos(plan.warmupSeconds()), true, System.nanoTime());
            tally.startCounting();
            long started = System.nanoTime();
            rest(TimeUnit.SECONDS.toNanos(plan.seconds()), false, started);
            LoadResult result = tally.result((System.nanoTime() - started) / 1e9);
            sending = false;
            awaitLastAnswers(connections, senders);
            return result;
        } finally {
            sending = false;
            for (LoadConnection connection : connections) {
                connection.close();
            }
        }
    }

    private interface Task {
        void run() throws IOException;
    }

    private Thread startThread(String name, Task task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (IOException | RuntimeException e) {
                        failure.compareAndSet(null, e);
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void rest(long ns, boolean warmingUp, long started) throws IOException {
        long deadline = started + ns;
        while (System.nanoTime() - deadline < 0
                && !toldToEnd.getAsBoolean()
                && (warmingUp || plan.events() == 0 || tally.receipts() < plan.events())) {
            LockSupport.parkNanos(TICK_NS);
            throwFailure();
            progress.at(warmingUp, tally.receipts(), (System.nanoTime() - started) / 1e9);
        }
    }

    private void awaitLastAnswers(List<LoadConnection> connections, List<Thread> senders) throws IOException {
        long deadline = System.nanoTime() + LAST_ANSWERS_NS;
        while (senders.stream().anyMatch(Thread::isAlive)
                || connections.stream().anyMatch(connection -> connection.unanswered() > 0)) {
            throwFailure();
            if (System.nanoTime() - deadline > 0) {
                throw new IOException("events were still unanswered half a minute after the last was sent");
            }
            LockSupport.parkNanos(TICK_NS);
        }
        throwFailure();
    }

    private void throwFailure() throws IOException {
        Throwable thrown = failure.get();
        if (thrown != null) {
            throw new IOException("a connection failed: " + thrown.getMessage(), thrown);
        }
    }
}
