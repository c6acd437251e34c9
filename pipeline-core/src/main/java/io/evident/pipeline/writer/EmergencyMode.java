package io.evident.pipeline.writer;

import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.NanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a shard's CRITICAL events take the emergency path. Sticky: whoever enters, it lasts until the writer finds lane
 * and emergency journal drained, so that a later event cannot overtake an earlier one. Any thread enters and reads; only
 * the writer leaves.
 */
public final class EmergencyMode {
    private static final Logger LOG = LoggerFactory.getLogger(EmergencyMode.class);
    private static final long NS_PER_MS = 1_000_000;
    private static final long ACTIVE_BIT = 1;
    private static final long STEP = 2;

    private final int shard;
    private final NanoClock clock;
    /** Grows with every call of {@link #enter}, so that {@link #leave} notices one that came in between. */
    private final AtomicLong state = new AtomicLong();

    private final AtomicLong uses = new AtomicLong();
    private final AtomicLong endedNs = new AtomicLong();
    private volatile EmergencyReason reason;
    private volatile long sinceTick;

    EmergencyMode(int shard, NanoClock clock) {
        this.shard = shard;
        this.clock = clock;
    }

    public boolean isActive() {
        return isActive(state.get());
    }

    private static boolean isActive(long state) {
        return (state & ACTIVE_BIT) != 0;
    }

    /** What it was last entered for; {@code null} when it never was. */
    public EmergencyReason reason() {
        return reason;
    }

    /** How often it was entered since the start. */
    public long uses() {
        return uses.get();
    }

    /** How long it was active since the start, all uses together, in nanoseconds. */
    public long activeNs() {
        return endedNs.get() + (isActive() ? clock.nanoTime() - sinceTick : 0);
    }

    /** Enters, or stays; true when it was not active before. */
    boolean enter(EmergencyReason why) {
        long before;
        do {
            before = state.get();
            if (!isActive(before)) {
                // Before it is active, so that nobody sees one without the other; of several, any will do.
                sinceTick = clock.nanoTime();
                reason = why;
            }
        } while (!state.compareAndSet(before, (before | ACTIVE_BIT) + STEP));
        if (isActive(before)) {
            return false;
        }
        uses.incrementAndGet();
        LOG.warn("shard {}: critical events take the emergency path: {}", shard, why.text());
        return true;
    }

    /** The state at this moment, for {@link #leave}. */
    long state() {
        return state.get();
    }

    /** Leaves, unless somebody has entered since the state was asked for. The writer's thread only. */
    boolean leave(long since) {
        if (!isActive(since) || !state.compareAndSet(since, (since & ~ACTIVE_BIT) + STEP)) {
            return false;
        }
        long lastedNs = clock.nanoTime() - sinceTick;
        endedNs.addAndGet(lastedNs);
        LOG.warn("shard {}: the emergency path is left after {} ms", shard, lastedNs / NS_PER_MS);
        return true;
    }
}
