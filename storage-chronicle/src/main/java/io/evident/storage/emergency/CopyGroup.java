package io.evident.storage.emergency;

import io.evident.storage.file.Closing;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does the same to every working copy. Each has a thread, so that the slower one does not hold up the other: once one is
 * done, the other has some patience left, and is then given up for this opening. As long as none is done there is nothing to
 * give one up for; except that nobody waits for a copy whose volume is said to hang. Used by one thread, but for
 * {@link #hangs}.
 */
final class CopyGroup implements AutoCloseable {
    /** What is done to a copy. */
    interface Step {
        void on(Copy copy) throws IOException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(CopyGroup.class);
    private static final String VOLUME_HANGS = "its volume hangs";
    private static final long NO_END_MS = Long.MAX_VALUE;
    private static final long CLOSE_MS = 1_000;
    private static final long NS_PER_MS = 1_000_000;

    private final List<Copy> copies;
    private final List<CopyThread> threads = new ArrayList<>();
    private final Object lock = new Object();
    private final int shard;

    CopyGroup(int shard, List<Copy> copies, Duration patience) {
        this.shard = shard;
        this.copies = copies;
        // Without patience one after the other, on the caller's thread: for simulations.
        for (int i = 0; i < copies.size() && !patience.isZero(); i++) {
            threads.add(new CopyThread(copies.get(i), lock, "evident-emergency-" + shard + "-" + i));
        }
    }

    List<Copy> copies() {
        return copies;
    }

    List<Copy> working() {
        return copies.stream().filter(Copy::working).toList();
    }

    int workingCount() {
        int count = 0;
        for (Copy copy : copies) {
            count += copy.working() ? 1 : 0;
        }
        return count;
    }

    /**
     * Does something to every working copy, however long it takes. None is given up.
     *
     * @return the failures
     */
    List<IOException> tryOnEach(Step step) {
        return failures(threads.isEmpty() ? inTurn(step) : atOnce(step, NO_END_MS));
    }

    /**
     * Does something to every working copy. When one is done, those that failed or need so much longer are given up; when
     * all failed, none is.
     *
     * @return the failures
     */
    List<IOException> onEach(Step step, Duration patience) {
        List<Outcome> outcomes = threads.isEmpty() ? inTurn(step) : atOnce(step, patience.toMillis());
        List<IOException> failures = failures(outcomes);
        if (failures.size() < outcomes.size()) {
            for (Outcome outcome : outcomes) {
                if (outcome.failure() != null) {
                    giveUp(outcome.copy(), outcome.failure());
                }
            }
        }
        return failures;
    }

    private static List<IOException> failures(List<Outcome> outcomes) {
        List<IOException> failures = new ArrayList<>();
        for (Outcome outcome : outcomes) {
            if (outcome.failure() != null) {
                failures.add(outcome.failure());
            }
        }
        return failures;
    }

    /** The volume of a copy hangs: nobody waits for it any more, and it is not touched. Any thread. */
    void hangs(Copy copy) {
        synchronized (lock) {
            copy.setHung();
            lock.notifyAll();
        }
    }

    /** Gives up the copies on a volume that was found to hang, before anything is begun with them. */
    void giveUpHung() {
        for (Copy copy : copies) {
            if (copy.working() && copy.isHung()) {
                giveUp(copy, new IOException(VOLUME_HANGS));
            }
        }
    }

    /** Copies that the next block goes to; any thread. */
    int usableCount() {
        int count = 0;
        for (Copy copy : copies) {
            count += copy.working() && !copy.isHung() ? 1 : 0;
        }
        return count;
    }

    /** A copy that is used no more: what it missed it must not seem to have. */
    void giveUp(Copy copy, IOException reason) {
        copy.drop();
        LOG.error(
                "shard {}: the {} copy of the emergency journal failed and is given up: {}",
                shard,
                copy.label(),
                reason.toString());
    }

    private record Outcome(Copy copy, IOException failure) {}

    private List<Outcome> inTurn(Step step) {
        List<Outcome> outcomes = new ArrayList<>();
        for (Copy copy : copies) {
            if (copy.working()) {
                outcomes.add(new Outcome(copy, CopyThread.tryStep(step, copy)));
            }
        }
        return outcomes;
    }

    private List<Outcome> atOnce(Step step, long patienceMs) {
        List<CopyThread> asked = new ArrayList<>();
        synchronized (lock) {
            for (CopyThread thread : threads) {
                if (thread.copy().working()) {
                    thread.ask(step);
                    asked.add(thread);
                }
            }
            lock.notifyAll();
            awaitDone(asked, patienceMs);
            List<Outcome> outcomes = new ArrayList<>();
            for (CopyThread thread : asked) {
                thread.copy().setBehind(!thread.isDone());
                outcomes.add(new Outcome(thread.copy(), failureOf(thread, patienceMs)));
            }
            return outcomes;
        }
    }

    private static IOException failureOf(CopyThread thread, long patienceMs) {
        if (thread.isDone()) {
            return thread.failure();
        }
        return new IOException(
                thread.copy().isHung()
                        ? VOLUME_HANGS
                        : "not done " + patienceMs + " ms after it began, as the other copy is");
    }

    private static boolean isWaitedFor(CopyThread thread) {
        return !thread.isDone() && !thread.copy().isHung();
    }

    private void awaitDone(List<CopyThread> asked, long patienceMs) {
        long startNs = System.nanoTime();
        boolean interrupted = false;
        while (asked.stream().anyMatch(CopyGroup::isWaitedFor)) {
            boolean oneIs = asked.stream().anyMatch(thread -> thread.isDone() && thread.failure() == null);
            long leftMs = patienceMs - (System.nanoTime() - startNs) / NS_PER_MS;
            if (oneIs && leftMs <= 0) {
                break;
            }
            try {
                lock.wait(oneIs && patienceMs != NO_END_MS ? leftMs : 0);
            } catch (InterruptedException e) {
                interrupted = true; // What was begun has to be known; told again below.
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        for (CopyThread thread : threads) {
            thread.stop();
        }
        for (CopyThread thread : threads) {
            thread.join(CLOSE_MS);
        }
        Closing.all(copies);
    }
}
