package io.evident.load.intake;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * When how many events are to be put in, so that they come at a rate whatever the system does: what became due since the
 * last batch makes the next one, at most {@value #MOST_AT_ONCE} events. After a pause batches follow without a rest. What
 * has waited for longer than a second is passed over, so that a system that cannot keep up is given what it takes and no
 * mountain. Not thread-safe.
 */
final class IntakePace {
    static final int MOST_AT_ONCE = 5_000;
    static final long EVERY_NS = TimeUnit.MILLISECONDS.toNanos(20);
    static final int MOST_WAITING_SECONDS = 1;
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    private final long eventsPerSecond;
    private final long mostWaiting;
    private final LongSupplier ticks;
    private final long beginTick;
    private long offered;
    private long given;
    private long passedOver;
    private long nextNs = EVERY_NS;

    /**
     * Begins now.
     *
     * @param ticks nanoseconds of a clock that never goes back
     */
    IntakePace(long eventsPerSecond, LongSupplier ticks) {
        this.eventsPerSecond = eventsPerSecond;
        this.mostWaiting = Math.max(1, eventsPerSecond * MOST_WAITING_SECONDS);
        this.ticks = ticks;
        this.beginTick = ticks.getAsLong();
    }

    /** Nanoseconds since the begin. */
    long elapsedNs() {
        return ticks.getAsLong() - beginTick;
    }

    /** How many events to put in now, 0 when none is due; they count as given. */
    int take() {
        long nowNs = elapsedNs();
        // In two parts: the product of both would not fit for long.
        offered = nowNs / SECOND_NS * eventsPerSecond + nowNs % SECOND_NS * eventsPerSecond / SECOND_NS;
        long waiting = offered - given - passedOver;
        if (waiting > mostWaiting) {
            passedOver += waiting - mostWaiting;
            waiting = mostWaiting;
        }
        int taken = (int) Math.min(waiting, MOST_AT_ONCE);
        given += taken;
        nextNs = waiting > taken ? nowNs : (nowNs / EVERY_NS + 1) * EVERY_NS;
        return taken;
    }

    /** How long to wait before {@link #take} is called again; 0 for not at all. */
    long restNs() {
        return Math.max(0, nextNs - elapsedNs());
    }

    /** Events that were due until the last batch. */
    long offered() {
        return offered;
    }
}
