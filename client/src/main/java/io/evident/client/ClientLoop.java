package io.evident.client;

import io.evident.client.connection.Backoff;
import io.evident.client.connection.ConversationException;
import io.evident.client.connection.FrameChannel;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import java.io.IOException;
import java.nio.channels.Selector;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * The client's thread: keeps a connection, runs the conversation over it, gives up what waited too long, and sleeps when
 * there is nothing to do. Senders only add to the outbox and {@link #wake} it.
 */
final class ClientLoop implements Runnable {
    private static final long MAX_SWEEP_NS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long IDLE_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long LAST_SWEEPS_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long LAST_SWEEP_PAUSE_NS = TimeUnit.MICROSECONDS.toNanos(50);

    /** Why the thread sleeps, or is about to, as far as senders may have to end that. */
    private enum Rest {
        /** It does not, or for something else. */
        NONE,
        /** Events gather. */
        GATHERING,
        /** There is nothing to send. */
        IDLE
    }

    private final ClientConfig config;
    private final Outbox outbox;
    private final PendingBudget budget;
    private final Settlement settlement;
    private final Counters counters;
    private final Selector selector;
    private final Backoff backoff;
    private final long sweepNs;

    /** Completes at the first welcome, or with what made the first attempt fail. */
    private final CompletableFuture<Void> firstAttempt = new CompletableFuture<>();

    private final AtomicReference<Rest> rest = new AtomicReference<>(Rest.NONE);

    private volatile boolean closing;
    private volatile long closeDeadlineNs;
    private volatile Throwable failure;
    private volatile IOException lastProblem;

    private volatile Thread thread;
    private Conversation conversation;
    private int failures;
    private long reconnectNs;
    private long nextSweepNs;

    ClientLoop(ClientConfig config, Outbox outbox, PendingBudget budget, Settlement settlement, Counters counters)
            throws IOException {
        this.config = config;
        this.outbox = outbox;
        this.budget = budget;
        this.settlement = settlement;
        this.counters = counters;
        this.selector = Selector.open();
        this.backoff = new Backoff(config.minBackoffMs(), config.maxBackoffMs(), new Random());
        this.sweepNs = Math.max(1, Math.min(MAX_SWEEP_NS, config.eventDeadlineNs() / 4));
    }

    CompletableFuture<Void> firstAttempt() {
        return firstAttempt;
    }

    /** Whether no event is taken any more. */
    boolean isClosing() {
        return closing;
    }

    /** What ended the thread, or {@code null}. */
    Throwable failure() {
        return failure;
    }

    /** What ended or prevented the last connection, or {@code null} while one stands. */
    IOException lastProblem() {
        return lastProblem;
    }

    /** To be called after an event was added. Cheap while the thread is busy. Any thread. */
    void wake() {
        Rest now = rest.get();
        boolean ends = now == Rest.IDLE || (now == Rest.GATHERING && budget.isHalfTaken());
        if (ends && rest.compareAndSet(now, Rest.NONE)) {
            if (now == Rest.IDLE) {
                selector.wakeup();
            } else {
                LockSupport.unpark(thread);
            }
        }
    }

    /** Lets the thread end as soon as nothing waits, at the latest at a time. Any thread; an earlier time wins. */
    synchronized void close(long deadlineNs) {
        if (!closing || deadlineNs - closeDeadlineNs < 0) {
            closeDeadlineNs = deadlineNs;
        }
        closing = true;
        selector.wakeup();
        LockSupport.unpark(thread);
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        reconnectNs = System.nanoTime();
        nextSweepNs = reconnectNs + sweepNs;
        try {
            boolean ready = false;
            while (!finished()) {
                duty(ready, System.nanoTime());
                ready = park(System.nanoTime());
            }
            if (conversation != null) {
                disconnect(Refusal.of(RefusalReason.UNAVAILABLE, "the client is closing"));
            }
        } catch (Throwable failed) {
            // Whatever it is, nobody may wait for an answer that this thread cannot give any more.
            failure = failed;
        } finally {
            closing = true;
            settleRest();
        }
    }

    private boolean finished() {
        return closing && (budget.events() == 0 || System.nanoTime() - closeDeadlineNs >= 0);
    }

    private void duty(boolean ready, long nowNs) {
        if (conversation == null && nowNs - reconnectNs >= 0) {
            connect(nowNs);
        }
        if (conversation != null) {
            converse(ready, nowNs);
        }
        if (nowNs - nextSweepNs >= 0) {
            nextSweepNs = nowNs + sweepNs;
            sweep(nowNs);
        }
    }

    private void connect(long nowNs) {
        try {
            FrameChannel channel = FrameChannel.connect(selector, config.address());
            conversation = new Conversation(config, channel, outbox, settlement, counters, nowNs);
        } catch (IOException failed) {
            lost(failed, nowNs);
        }
    }

    private void converse(boolean ready, long nowNs) {
        try {
            conversation.duty(ready, gatheringNs(nowNs) <= 0, nowNs);
            if (conversation.isOpen() && lastProblem != null) {
                lastProblem = null;
            }
            if (conversation.isOpen() && !firstAttempt.isDone()) {
                firstAttempt.complete(null);
            }
        } catch (ConversationException ended) {
            broken(ended, ended.serverEnded() ? null : ended.refusal(), nowNs);
        } catch (IOException failed) {
            broken(failed, null, nowNs);
        }
    }

    private void broken(IOException why, Refusal farewell, long nowNs) {
        if (conversation.isOpen()) {
            counters.lostConnections.incrementAndGet();
        }
        disconnect(farewell);
        lost(why, nowNs);
    }

    /** Ends the connection and has what was unanswered sent again over the next. */
    private void disconnect(Refusal farewell) {
        Conversation ended = conversation;
        conversation = null;
        failures = ended.progressed() ? 0 : failures;
        outbox.putBack(ended.inFlight().removeAll());
        try (ended) {
            if (farewell != null) {
                ended.sayFarewell(farewell);
            }
        } catch (IOException unsaid) {
            // The connection is gone anyway; why it ended is known already.
            lastProblem = unsaid;
        }
    }

    private void lost(IOException why, long nowNs) {
        lastProblem = why;
        firstAttempt.completeExceptionally(why);
        reconnectNs = nowNs + TimeUnit.MILLISECONDS.toNanos(backoff.delayMs(failures));
        failures++;
    }

    private void sweep(long nowNs) {
        if (budget.events() == 0) {
            return;
        }
        outbox.removeIf(event -> settlement.expired(event, nowNs), event -> giveUp(event, "its deadline has passed"));
        if (conversation != null) {
            conversation.inFlight().forEach(event -> {
                if (settlement.expired(event, nowNs)) {
                    giveUp(event, "its deadline has passed");
                }
            });
        }
    }

    private void giveUp(PendingEvent event, String why) {
        settlement.giveUp(event, why, failure != null ? failure : lastProblem);
    }

    /** Sleeps until there is something to do. True when the channel has something to tell. */
    private boolean park(long nowNs) {
        boolean canSend = conversation != null && conversation.canSend();
        long waitNs = waitNs(canSend, nowNs);
        try {
            if (canSend && gatheringNs(nowNs) > 0) {
                waitNs = gather(nowNs);
            } else if (canSend) {
                rest.set(Rest.IDLE);
                // Looked at behind that: a sender that came before it has woken nobody.
                waitNs = outbox.isReady(nowNs) ? 0 : waitNs;
            }
            // Rounded up: a wait that ends a moment too early would be repeated with nothing left to wait for.
            int selected = waitNs <= 0 ? selector.selectNow() : selector.select(1 + waitNs / 1_000_000);
            selector.selectedKeys().clear();
            return selected > 0;
        } catch (IOException failed) {
            throw new IllegalStateException("the selector failed", failed);
        } finally {
            rest.set(Rest.NONE);
        }
    }

    /** Sleeps while events gather, also over answers: one waking for both. Then nothing is to be waited for. */
    private long gather(long nowNs) {
        rest.set(Rest.GATHERING);
        // Looked at behind that: a sender that took half of the budget before it has woken nobody.
        long gatheringNs = gatheringNs(nowNs);
        if (gatheringNs > 0) {
            LockSupport.parkNanos(this, gatheringNs);
        }
        return 0;
    }

    /** How long events are still to gather before they are written; 0 or less when they are written at once. */
    private long gatheringNs(long nowNs) {
        return conversation == null || closing || budget.isHalfTaken() ? 0 : conversation.gatheringNs(nowNs);
    }

    private long waitNs(boolean canSend, long nowNs) {
        if (conversation == null) {
            return Math.min(sweepNs, reconnectNs - nowNs);
        }
        boolean idle = canSend && budget.events() == 0 && !closing;
        return canSend ? outbox.retryDueInNs(nowNs, idle ? IDLE_NS : sweepNs) : sweepNs;
    }

    /** Ends all that is still open, also what a sender adds at this very moment. */
    private void settleRest() {
        firstAttempt.completeExceptionally(new IOException("the client was closed before it was connected"));
        String why = failure == null ? "the client was closed" : "the client's thread failed";
        if (conversation != null) {
            outbox.putBack(conversation.inFlight().removeAll());
        }
        long untilNs = System.nanoTime() + LAST_SWEEPS_NS;
        while (budget.events() > 0 && System.nanoTime() - untilNs < 0) {
            outbox.removeIf(event -> true, event -> giveUp(event, why));
            LockSupport.parkNanos(LAST_SWEEP_PAUSE_NS);
        }
        closeAll();
    }

    private void closeAll() {
        try (selector) {
            if (conversation != null) {
                conversation.close();
            }
        } catch (IOException failed) {
            lastProblem = failed;
        }
    }
}
