package io.evident.pipeline.agent;

import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.Agent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that runs one agent until it is told to stop. It outlives whatever the agent throws, errors too: a road whose
 * writer's thread has quietly ended would answer nobody. It is never interrupted, which would close the files that its
 * agent works on; who stops it may wait for it, for as long as it likes.
 */
public final class AgentThread {
    private static final Logger LOG = LoggerFactory.getLogger(AgentThread.class);

    private final Agent agent;
    private final WakingIdle idle;
    private final Thread thread;
    private volatile boolean running = true;

    private AgentThread(String name, Agent agent, WakingIdle idle) {
        this.agent = agent;
        this.idle = idle;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    /** Starts a daemon thread of this name. */
    public static AgentThread start(String name, Agent agent, WakingIdle idle) {
        AgentThread started = new AgentThread(name, agent, idle);
        started.thread.start();
        return started;
    }

    private void run() {
        while (running) {
            int work = 0;
            try {
                work = agent.doWork();
            } catch (Exception | Error e) {
                LOG.error("{}: unexpected failure", thread.getName(), e);
            }
            idle.idle(work);
        }
    }

    /** Lets the thread end after the duty cycle it is in. */
    public void stop() {
        running = false;
        idle.wake();
    }

    /**
     * Waits for the end of a thread that was told to stop.
     *
     * @param deadlineNs until when at the latest, by {@link System#nanoTime()}
     * @return whether it has ended; false also when the caller was interrupted, which stays noted
     */
    public boolean awaitEnd(long deadlineNs) {
        try {
            // A join of 0 ms would wait for ever.
            thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadlineNs - System.nanoTime())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }

    @Override
    public String toString() {
        return thread.getName();
    }
}
