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
    private boolean hasWorked;
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
            hasWorked = true;
            reset();
        } else {
            idle();
        }
    }

    @Override
    public void idle() {
        if (hasWorked && gatheringNs > 0 && !parking) {
            hasWorked = false;
            LockSupport.parkNanos(this, gatheringNs);
        } else if (idleCycles < spins) {
            idleCycles++;
            Thread.onSpinWait();
        } else if (!parking) {
            parked = Thread.currentThread();
            parking = true;
        } else {
            LockSupport.parkNanos(this, maxParkNs);
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
