package io.evident.ingest;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * A time by which something has to have happened on a connection. Moving it costs one clock reading: a task that fires
 * too early schedules itself anew. Confined to its event loop.
 */
public final class Deadline {
    private final EventLoop loop;
    private final Runnable action;
    private Future<?> task;
    private boolean armed;
    private boolean cancelled;
    private long dueTick;
    private long taskTick;

    /** Runs {@code action} on {@code loop} when the time is over. */
    public Deadline(EventLoop loop, Runnable action) {
        this.loop = loop;
        this.action = action;
    }

    /** Sets the deadline, in milliseconds from now, in place of an earlier one. */
    public void arm(long timeoutMs) {
        long delayNs = TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        dueTick = System.nanoTime() + delayNs;
        armed = true;
        if (task == null) {
            schedule(delayNs);
        } else if (taskTick - dueTick > 0) {
            task.cancel(false);
            schedule(delayNs);
        }
    }

    /** Sets the deadline unless there is one. */
    public void armOnce(long timeoutMs) {
        if (!armed) {
            arm(timeoutMs);
        }
    }

    /** There is no deadline for now. */
    public void disarm() {
        armed = false;
    }

    /** There never will be one again: the connection has closed. */
    public void cancel() {
        armed = false;
        cancelled = true;
        if (task != null) {
            task.cancel(false);
            task = null;
        }
    }

    private void schedule(long delayNs) {
        if (cancelled || loop.isShuttingDown()) {
            return;
        }
        taskTick = System.nanoTime() + delayNs;
        task = loop.schedule(this::fire, delayNs, TimeUnit.NANOSECONDS);
    }

    private void fire() {
        task = null;
        if (!armed) {
            return;
        }
        long leftNs = dueTick - System.nanoTime();
        if (leftNs > 0) {
            schedule(leftNs);
            return;
        }
        armed = false;
        action.run();
    }
}
