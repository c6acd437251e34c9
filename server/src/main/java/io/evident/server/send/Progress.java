package io.evident.server.send;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;

/**
 * A line on a terminal that shows how far sending is; nothing at all elsewhere. {@link #count} may be read by any thread,
 * the rest belongs to the sending one.
 */
public final class Progress {
    private static final long REDRAW_NS = 200_000_000L;
    private static final int BAR_WIDTH = 24;

    private final PrintWriter terminal;
    private final long totalBytes;
    private final SendTally tally;
    private final long beginNs = System.nanoTime();
    private long lastDrawNs = beginNs;
    private long bytes;
    private boolean drawn;

    /**
     * @param terminal where to draw, or {@code null} for nowhere
     * @param totalBytes what there is to read, or 0 when nobody knows
     */
    public Progress(PrintWriter terminal, long totalBytes, SendTally tally) {
        this.terminal = terminal;
        this.totalBytes = totalBytes;
        this.tally = tally;
    }

    /** The stream, with its bytes counted. */
    public InputStream count(InputStream in) {
        return new FilterInputStream(in) {
            @Override
            public int read() throws IOException {
                int read = super.read();
                bytes += read < 0 ? 0 : 1;
                return read;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                int read = super.read(target, offset, length);
                bytes += Math.max(read, 0);
                return read;
            }
        };
    }

    /** Draws anew when it is time to. */
    public void tick() {
        long now = System.nanoTime();
        if (terminal == null || now - lastDrawNs < REDRAW_NS) {
            return;
        }
        lastDrawNs = now;
        drawn = true;
        terminal.print("\r" + line(now));
        terminal.flush();
    }

    String line(long nowNs) {
        double seconds = Math.max(1, nowNs - beginNs) / 1e9;
        long events = tally.answered();
        String counts = String.format("%,d events, %,.0f/s, %.1f MB", events, events / seconds, bytes / 1e6);
        if (totalBytes <= 0) {
            return "  " + counts + "   ";
        }
        double part = Math.min(1.0, (double) bytes / totalBytes);
        int full = (int) (part * BAR_WIDTH);
        return String.format(
                "  [%s%s] %3.0f%%  %s   ", "#".repeat(full), ".".repeat(BAR_WIDTH - full), part * 100, counts);
    }

    /** Takes the line away and returns the seconds that it took. */
    public double end() {
        if (drawn) {
            terminal.print("\r" + " ".repeat(100) + "\r");
            terminal.flush();
        }
        return (System.nanoTime() - beginNs) / 1e9;
    }
}
