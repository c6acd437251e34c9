package io.evident.storage.emergency;

import java.io.IOException;

/** The thread that writes one copy: does what it is asked, one step at a time. Its state belongs to the group's lock. */
final class CopyThread {
    private final Copy copy;
    private final Object lock;
    private final Thread thread;
    private CopyGroup.Step step;
    private IOException failure;
    private boolean stopped;

    CopyThread(Copy copy, Object lock, String name) {
        this.copy = copy;
        this.lock = lock;
        this.thread = new Thread(this::run, name);
        // It may hang in a volume that does not answer: that must not keep the process.
        thread.setDaemon(true);
        thread.start();
    }

    Copy copy() {
        return copy;
    }

    /** Under the lock, and only when it is done with the step before. */
    void ask(CopyGroup.Step next) {
        failure = null;
        step = next;
    }

    boolean isDone() {
        return step == null;
    }

    IOException failure() {
        return failure;
    }

    private void run() {
        CopyGroup.Step next = awaitStep();
        while (next != null) {
            IOException outcome = tryStep(next, copy);
            synchronized (lock) {
                failure = outcome;
                step = null;
                copy.setBehind(false);
                lock.notifyAll();
            }
            next = awaitStep();
        }
    }

    private CopyGroup.Step awaitStep() {
        synchronized (lock) {
            while (step == null && !stopped) {
                try {
                    lock.wait();
                } catch (InterruptedException e) {
                    stopped = true; // Nobody of ours interrupts it: so it is told to end.
                }
            }
            return step;
        }
    }

    /** What went wrong, or {@code null}. Whatever it is, the copy failed. */
    static IOException tryStep(CopyGroup.Step step, Copy copy) {
        try {
            step.on(copy);
            return null;
        } catch (IOException e) {
            return e;
        } catch (RuntimeException | Error e) {
            return new IOException("the " + copy.label() + " copy: " + e, e);
        }
    }

    void stop() {
        synchronized (lock) {
            stopped = true;
            lock.notifyAll();
        }
    }

    void join(long timeoutMs) {
        try {
            thread.join(timeoutMs);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
