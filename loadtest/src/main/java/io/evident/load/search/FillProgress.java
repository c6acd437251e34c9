package io.evident.load.search;

import java.util.Locale;

/** A bar on a terminal that shows how far filling is; nothing at all elsewhere. Not thread-safe. */
final class FillProgress {
    private static final long REDRAW_NS = 200_000_000L;
    private static final int BAR_WIDTH = 24;

    private final boolean onTerminal = Boolean.getBoolean("evident.terminal");
    private final long total;
    private final long first;
    private final long beginTick = System.nanoTime();
    private long drawnTick = beginTick;

    /**
     * @param total how many events there are in all
     * @param first how many were there before
     */
    FillProgress(long total, long first) {
        this.total = total;
        this.first = first;
    }

    /** Draws anew when it is time to. */
    void at(long done) {
        long now = System.nanoTime();
        if (onTerminal && now - drawnTick >= REDRAW_NS) {
            drawnTick = now;
            System.err.print("\r" + line(done, seconds(now)) + "\u001b[K");
        }
    }

    String line(long done, double seconds) {
        double part = Math.min(1, (double) done / total);
        int full = (int) (part * BAR_WIDTH);
        return String.format(
                Locale.ROOT,
                "  [%s%s] %3.0f%%  %,d of %,d events, %,.0f/s",
                "#".repeat(full),
                ".".repeat(BAR_WIDTH - full),
                part * 100,
                done,
                total,
                (done - first) / seconds);
    }

    /** Takes the bar away and says what was done. */
    String end(long done) {
        if (onTerminal) {
            System.err.print("\r\u001b[K");
        }
        double seconds = seconds(System.nanoTime());
        return String.format(
                Locale.ROOT, "%,d events in %,.1f s: %,.0f/s", done - first, seconds, (done - first) / seconds);
    }

    private double seconds(long tick) {
        return Math.max(1, tick - beginTick) / 1e9;
    }
}
