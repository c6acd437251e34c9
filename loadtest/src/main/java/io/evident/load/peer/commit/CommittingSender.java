package io.evident.load.peer.commit;

import io.evident.event.Lane;
import io.evident.load.target.Answers;
import io.evident.load.target.EventBatch;
import io.evident.load.target.TargetSender;
import io.evident.load.target.ThreadAnswers;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Gathers events while requests are under way, and sends what has gathered when one is answered: the group commit that such
 * systems want. One thread for each connection waits for the answers.
 */
public final class CommittingSender implements TargetSender {
    private static final long PATIENCE_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long END_MS = 10_000;

    private final RowEncoder encoder;
    private final int mostEvents;
    private final int window;
    private final Answers answers;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition isSent = lock.newCondition();
    private final Condition isThere = lock.newCondition();
    /** Requests that wait for a connection, the oldest first; the last one may still grow. */
    private final Deque<Rows> waiting = new ArrayDeque<>();

    private final Deque<Rows> free = new ArrayDeque<>();
    private final List<Thread> threads = new ArrayList<>();
    private long unanswered;
    private IOException failure;
    private boolean closed;

    /**
     * Begins to wait for events.
     *
     * @param committers the connections; closed with this
     * @param mostEvents of one request
     * @param window events that may be unanswered
     */
    public CommittingSender(
            String name, RowEncoder encoder, List<Committer> committers, int mostEvents, int window, Answers answers) {
        this.encoder = encoder;
        this.mostEvents = mostEvents;
        this.window = window;
        this.answers = answers;
        for (Committer committer : committers) {
            Thread thread = new Thread(() -> commitAll(committer), name + "-" + threads.size());
            thread.setDaemon(true);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
    }

    @Override
    public boolean send(EventBatch batch, long intendedNs) throws IOException {
        lock.lock();
        try {
            if (!hasRoom(batch.count())) {
                return false;
            }
            long sentNs = System.nanoTime();
            unanswered += batch.count();
            int at = 0;
            while (at < batch.count()) {
                at = addSome(batch, at, intendedNs, sentNs);
                isThere.signal();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private boolean hasRoom(int events) throws IOException {
        long leftNs = PATIENCE_NS;
        try {
            while (failure == null && unanswered > 0 && unanswered + events > window && leftNs > 0) {
                leftNs = isSent.awaitNanos(leftNs);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the system had no room", e);
        }
        throwFailure();
        return unanswered == 0 || unanswered + events <= window;
    }

    private int addSome(EventBatch batch, int from, long intendedNs, long sentNs) {
        Rows last = waiting.peekLast();
        if (last == null || last.events() >= mostEvents) {
            last = free.isEmpty() ? new Rows() : free.pop();
            waiting.addLast(last);
        }
        int end = Math.min(batch.count(), from + mostEvents - last.events());
        for (int i = from; i < end; i++) {
            encoder.append(batch, i, last);
        }
        last.endPart(intendedNs, sentNs, end - from);
        return end;
    }

    private void commitAll(Committer committer) {
        ThreadAnswers told = answers.ofThisThread();
        try (committer) {
            Rows rows = take();
            while (rows != null) {
                commit(committer, rows, told);
                giveBack(rows);
                rows = take();
            }
        } catch (IOException e) {
            fail(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fail(new IOException("interrupted", e));
        } catch (RuntimeException | Error e) {
            // Without its thread the run would wait for answers that nobody hears.
            fail(new IOException(e.toString(), e));
        }
    }

    private Rows take() throws InterruptedException {
        lock.lock();
        try {
            while (waiting.isEmpty() && !closed && failure == null) {
                isThere.await();
            }
            return failure == null ? waiting.pollFirst() : null;
        } finally {
            lock.unlock();
        }
    }

    private void commit(Committer committer, Rows rows, ThreadAnswers told) throws IOException {
        try {
            committer.commit(rows);
        } catch (IOException e) {
            throw lost(rows, e, told);
        } catch (RuntimeException | Error e) {
            throw lost(rows, new IOException(e.toString(), e), told);
        }
        long nowNs = System.nanoTime();
        for (int i = 0; i < rows.parts(); i++) {
            told.answered(Lane.STANDARD, rows.intendedNs(i), rows.sentNs(i), nowNs, rows.count(i), 0);
        }
    }

    /** Nobody knows of these events; the failure is there before the last of them counts as answered. */
    private IOException lost(Rows rows, IOException problem, ThreadAnswers told) {
        told.failed(String.valueOf(problem.getMessage()), rows.events());
        fail(problem);
        giveBack(rows);
        return problem;
    }

    private void giveBack(Rows rows) {
        lock.lock();
        try {
            unanswered -= rows.events();
            rows.clear();
            free.push(rows);
            isSent.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void fail(IOException e) {
        lock.lock();
        try {
            failure = failure == null ? e : failure;
            for (Rows rows : waiting) {
                answers.failed(String.valueOf(e.getMessage()), rows.events());
                unanswered -= rows.events();
            }
            waiting.clear();
            isSent.signalAll();
            isThere.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** What has gathered goes as soon as a connection is free; this only says when none will be. */
    @Override
    public void flush() throws IOException {
        lock.lock();
        try {
            throwFailure();
        } finally {
            lock.unlock();
        }
    }

    /** With the lock. */
    private void throwFailure() throws IOException {
        if (failure != null) {
            throw new IOException(failure.getMessage(), failure);
        }
    }

    @Override
    public long unanswered() {
        lock.lock();
        try {
            return unanswered;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            closed = true;
            isThere.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            for (Thread thread : threads) {
                thread.join(END_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while connections end", e);
        }
    }
}
