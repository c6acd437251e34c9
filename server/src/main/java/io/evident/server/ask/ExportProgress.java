package io.evident.server.ask;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.util.Locale;

/** A line on a terminal that shows how far an export is; nothing at all elsewhere. For one thread. */
final class ExportProgress {
    private static final long REDRAW_NS = 200_000_000L;
    private static final int BAR_WIDTH = 24;
    private static final double NS_PER_SECOND = 1e9;

    private final PrintWriter terminal;
    private final long total;
    private final long beginNs = System.nanoTime();
    private long lastDrawNs = beginNs;
    private long lines;
    private boolean drawn;

    /**
     * @param terminal where to draw, or {@code null} for nowhere
     * @param total how many events there will be, or 0 when nobody knows
     */
    ExportProgress(PrintWriter terminal, long total) {
        this.terminal = terminal;
        this.total = total;
    }

    /** The stream, with its lines counted: one for each event, but for line ends within the attributes of CSV. */
    OutputStream count(OutputStream out) {
        return new FilterOutputStream(out) {
            @Override
            public void write(int one) throws IOException {
                out.write(one);
                lines += one == '\n' ? 1 : 0;
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                out.write(bytes, offset, length);
                for (int i = offset; i < offset + length; i++) {
                    lines += bytes[i] == '\n' ? 1 : 0;
                }
                tick();
            }
        };
    }

    private void tick() {
        long now = System.nanoTime();
        if (terminal == null || now - lastDrawNs < REDRAW_NS) {
            return;
        }
        lastDrawNs = now;
        drawn = true;
        double seconds = (now - beginNs) / NS_PER_SECOND;
        terminal.print("\r" + bar() + String.format(Locale.ROOT, " %,d events, %,.0f/s ", lines, lines / seconds));
        terminal.flush();
    }

    private String bar() {
        if (total == 0) {
            return "";
        }
        double part = Math.min(1.0, (double) lines / total);
        int full = (int) (part * BAR_WIDTH);
        return "[" + "#".repeat(full) + ".".repeat(BAR_WIDTH - full) + "]"
                + String.format(Locale.ROOT, " %3.0f %%", part * 100);
    }

    /** Leaves the line behind. */
    void end() {
        if (drawn) {
            terminal.println();
            terminal.flush();
        }
    }
}
