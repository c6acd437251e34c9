package io.evident.server.check;

import java.io.PrintWriter;
import java.util.Locale;

/** A line on a terminal that shows how far a check is; nothing at all elsewhere. Used by one thread. */
public final class CheckProgress {
    private static final long REDRAW_NS = 200_000_000L;
    private static final int BAR_WIDTH = 24;
    private static final double NS_PER_SECOND = 1e9;

    private final PrintWriter terminal;
    private final long beginNs = System.nanoTime();
    private long totalBytes;
    private long lastDrawNs = beginNs;
    private boolean drawn;

    /** @param terminal where to draw, or {@code null} for nowhere */
    public CheckProgress(PrintWriter terminal) {
        this.terminal = terminal;
    }

    void begin(long bytesToCheck) {
        totalBytes = bytesToCheck;
    }

    /** Draws anew when it is time to. */
    void tick(long doneBytes) {
        long now = System.nanoTime();
        if (terminal == null || now - lastDrawNs < REDRAW_NS) {
            return;
        }
        lastDrawNs = now;
        drawn = true;
        terminal.print("\r" + line(doneBytes, totalBytes, (now - beginNs) / NS_PER_SECOND));
        terminal.flush();
    }

    static String line(long doneBytes, long totalBytes, double seconds) {
        double part = totalBytes <= 0 ? 1 : Math.min(1.0, (double) doneBytes / totalBytes);
        double rate = doneBytes / Math.max(seconds, 1e-3);
        int full = (int) (part * BAR_WIDTH);
        String left = rate <= 0
                ? ""
                : String.format(Locale.ROOT, "  %.0f s left", Math.max(0, totalBytes - doneBytes) / rate);
        return String.format(
                Locale.ROOT,
                "  [%s%s] %3.0f%%  %.1f of %.1f MB, %.0f MB/s%s   ",
                "#".repeat(full),
                ".".repeat(BAR_WIDTH - full),
                part * 100,
                doneBytes / 1e6,
                totalBytes / 1e6,
                rate / 1e6,
                left);
    }

    /** Takes the line away and returns the seconds that it took. */
    public double end() {
        if (drawn) {
            terminal.print("\r" + " ".repeat(100) + "\r");
            terminal.flush();
        }
        return (System.nanoTime() - beginNs) / NS_PER_SECOND;
    }
}
