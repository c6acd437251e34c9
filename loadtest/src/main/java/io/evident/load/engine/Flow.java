package io.evident.load.engine;

import io.evident.load.pool.EventPool;
import io.evident.load.schedule.RateCurve;
import io.evident.load.target.Target;

/**
 * One kind of traffic of a run.
 *
 * @param curve when events are due in the measured time, or {@code null} for as soon as the target takes them (closed
 *     loop: latency counts from the real sending, and the target sets the pace)
 * @param batch events that are sent together; a batch is due when its last event is
 * @param loops sending threads
 */
public record Flow(Target target, EventPool pool, RateCurve curve, int batch, int loops) {
    /** Whether the target sets the pace. */
    public boolean isClosedLoop() {
        return curve == null;
    }
}
