package io.evident.server.retention;

import java.util.function.LongSupplier;

/**
 * The time by which ages are told: the earlier one of the wall clock and of the wall time of the start moved on by a clock that
 * nobody sets. So a wall clock that is set forward while the server runs, or back, makes nothing expire early; what is late for it
 * is made up for when both agree again, at the next start at the latest. A wall clock that was wrong when the server started is
 * believed. Nanoseconds since 1970. Thread-safe.
 */
final class SteadyClock implements LongSupplier {
    private final LongSupplier wallNs;
    private final LongSupplier tickNs;
    private final long startWallNs;
    private final long startTickNs;

    /**
     * @param wallNs nanoseconds since 1970; may be set
     * @param tickNs nanoseconds that only grow
     */
    SteadyClock(LongSupplier wallNs, LongSupplier tickNs) {
        this.wallNs = wallNs;
        this.tickNs = tickNs;
        this.startWallNs = wallNs.getAsLong();
        this.startTickNs = tickNs.getAsLong();
    }

    @Override
    public long getAsLong() {
        return Math.min(wallNs.getAsLong(), startWallNs + (tickNs.getAsLong() - startTickNs));
    }
}
