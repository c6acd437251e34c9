package io.evident.pipeline.agent;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.IdleStrategy;

/**
 * Rests a duty-cycle thread without burning a core, and lets producers wake it. Parking beats sleeping in fixed steps at
 * the same CPU cost, and waking costs a producer a fence and a volatile read while the thread is busy.
 *
 * <p>The thread first announces that it is about to park, runs its duty cycle once more, and parks only if that found
 * nothing: work published after the announcement finds the flag and unparks, work published before it is found by the
 * last cycle. {@link #wake} may be called from any thread, the rest by the resting thread only.
 */
public final class WakingIdle implements IdleStrategy {
    private static final VarHandle PARKING;

    static {
        try {
            PARKING = MethodHandles.lookup().findVarHandle(WakingIdle.class, "parking", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int spins;
    private final long maxParkNs;
    private final long gatheringNs;

    private int idleCycles;
    private long gatherNs;
    private long restNs;
    private volatile boolean parking;
    private volatile Thread parked;

    /**
     * @param spins duty cycles without work before parking is announced
     * @param maxParkNs longest rest without being woken, for work that time alone brings
     */
    public WakingIdle(int spins, long maxParkNs) {
        this(spins, maxParkNs, 0);
    }

    /**
     * For work that may wait a little: once it is done, more of it is let gather, and nobody pays for waking the thread
     * meanwhile.
     *
     * @param gatheringNs rest behind work, from which it is not woken; 0 for none
     */
    public WakingIdle(int spins, long maxParkNs, long gatheringNs) {
        this.spins = spins;
        this.maxParkNs = maxParkNs;
        this.gatheringNs = gatheringNs;
        this.restNs = maxParkNs;
    }

    /** Lets the next rest last so long, from which the thread is not woken. The resting thread, within its duty cycle. */
    public void gather(long ns) {
        gatherNs = ns;
    }

    /**
     * Lets the rests from now on last so long at the most, and never longer than was given at first. The resting thread,
     * within its duty cycle.
     */
    public void restAtMost(long ns) {
        restNs = Math.min(ns, maxParkNs);
    }

    /** Wakes the thread if it rests or is about to; of several that call at a time, one pays for it. */
    public void wake() {
        // What was published with a release store alone may still wait in this core's store buffer: without the fence
        // the
        // flag could be read first, and both sides would miss each other.
        VarHandle.fullFence();
        if (parking && PARKING.compareAndSet(this, true, false)) {
            LockSupport.unpark(parked);
        }
    }

    @Override
    public void idle(int workCount) {
        if (workCount > 0) {
            gatherNs = gatheringNs;
            reset();
        } else {
            idle();
        }
    }

    @Override
    public void idle() {
        if (gatherNs > 0) {
            long ns = gatherNs;
            gatherNs = 0;
            reset();
            LockSupport.parkNanos(this, ns);
        } else if (idleCycles < spins) {
            idleCycles++;
            Thread.onSpinWait();
        } else if (!parking) {
            parked = Thread.currentThread();
            parking = true;
        } else {
            LockSupport.parkNanos(this, restNs);
            parking = false;
            idleCycles = 0;
        }
    }

    @Override
    public void reset() {
        idleCycles = 0;
        if (parking) {
            parking = false;
        }
    }

    @Override
    public String alias() {
        return "waking";
    }
}
