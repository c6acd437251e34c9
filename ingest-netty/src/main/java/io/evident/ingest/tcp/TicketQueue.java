package io.evident.ingest.tcp;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The tickets of one connection: those with new answers, in a stack that any thread pushes onto and the event loop takes
 * as a whole (Treiber's stack without its pop), and those to be used again. The push that finds the stack empty wakes
 * the event loop; so there is one wake-up, however many answers come before it runs.
 */
final class TicketQueue {
    private final AtomicReference<BatchTicket> head = new AtomicReference<>();
    private final AtomicBoolean isHurried = new AtomicBoolean();
    private final EventLoop loop;
    private final UrgentAnswers urgent;
    private final Runnable drain;
    private final ArrayDeque<BatchTicket> pool = new ArrayDeque<>();
    private final int maxPooledEvents;
    private int pooledEvents;
    private volatile boolean closed;

    /**
     * @param urgent of the loop
     * @param drain run on the loop when there are new answers
     * @param maxPooledEvents events that pooled tickets may have room for, together
     */
    TicketQueue(EventLoop loop, UrgentAnswers urgent, Runnable drain, int maxPooledEvents) {
        this.loop = loop;
        this.urgent = urgent;
        this.drain = drain;
        this.maxPooledEvents = maxPooledEvents;
    }

    /** A ticket has new answers. Called from any thread. */
    void add(BatchTicket ticket) {
        BatchTicket first;
        do {
            first = head.get();
            ticket.next = first;
        } while (!head.compareAndSet(first, ticket));
        if (first == null && !closed) {
            try {
                loop.execute(drain);
            } catch (RejectedExecutionException e) {
                // The server has stopped and the connection is gone: there is nobody left to tell.
                closed = true;
            }
        }
    }

    /** Among the answers of tickets that were added are some that other connections' frames may not keep waiting. Any thread. */
    void hurry() {
        if (!closed && isHurried.compareAndSet(false, true)) {
            urgent.add(this);
        }
    }

    /** Writes what is there, before its turn. On the event loop; what goes wrong is the drain's own concern. */
    void writeNow() {
        isHurried.set(false);
        drain.run();
    }

    /** Takes all tickets with new answers, the longest waiting first, linked by {@link BatchTicket#next}. */
    BatchTicket takeAll() {
        BatchTicket reversed = null;
        BatchTicket ticket = head.getAndSet(null);
        while (ticket != null) {
            BatchTicket after = ticket.next;
            ticket.next = reversed;
            reversed = ticket;
            ticket = after;
        }
        return reversed;
    }

    /** A ticket for a frame with this many events. Called on the event loop. */
    BatchTicket take(long correlationId, int events, long receivedTick) {
        BatchTicket ticket = pool.poll();
        if (ticket != null) {
            pooledEvents -= ticket.capacity();
        }
        if (ticket == null || ticket.capacity() < events) {
            ticket = new BatchTicket(this, events);
        }
        ticket.begin(correlationId, events, receivedTick);
        return ticket;
    }

    /** A ticket is done. Called on the event loop. */
    void giveBack(BatchTicket ticket) {
        if (pooledEvents + ticket.capacity() <= maxPooledEvents) {
            pooledEvents += ticket.capacity();
            pool.push(ticket);
        }
    }

    /** Nobody waits for answers any more. */
    void close() {
        closed = true;
        urgent.remove(this);
        pool.clear();
    }
}
