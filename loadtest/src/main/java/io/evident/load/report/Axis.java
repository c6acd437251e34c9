package io.evident.load.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Where values lie along a side of a plot, and which of them are named there. Immutable. */
final class Axis {
    private static final double LEAST_MS = 0.001;
    private static final double[] NINES = {0, 50, 90, 99, 99.9, 99.99, 99.999};
    private static final int TICKS = 5;

    /** A named place. */
    record Tick(double share, String name) {}

    private interface Scale {
        double at(double value);
    }

    private final String title;
    private final Scale scale;
    private final double low;
    private final double high;
    private final List<Tick> ticks = new ArrayList<>();

    private Axis(String title, Scale scale, double lowest, double highest) {
        this.title = title;
        this.scale = scale;
        this.low = scale.at(lowest);
        this.high = Math.max(scale.at(highest), low + 1e-9);
    }

    /** From 0 to a round number above the highest value. */
    static Axis linear(String title, double highest) {
        double step = Math.pow(10, Math.floor(Math.log10(Math.max(highest, 1e-6) / TICKS)));
        for (double factor : new double[] {2, 2.5, 2}) {
            step *= highest / step > TICKS ? factor : 1;
        }
        double steps = Math.max(1, Math.ceil(highest / step));
        Axis axis = new Axis(title, value -> value, 0, steps * step);
        for (int i = 0; i <= steps; i++) {
            axis.mark(i * step, number(i * step));
        }
        return axis;
    }

    /** Powers of ten, of milliseconds, around these values. */
    static Axis logarithmic(String title, double lowest, double highest) {
        int from = (int) Math.floor(Math.log10(Math.max(lowest, LEAST_MS)));
        int to = Math.max(from + 1, (int) Math.ceil(Math.log10(Math.max(highest, LEAST_MS))));
        Axis axis =
                new Axis(title, value -> Math.log10(Math.max(value, LEAST_MS)), Math.pow(10, from), Math.pow(10, to));
        for (int power = from; power <= to; power++) {
            axis.mark(Math.pow(10, power), number(Math.pow(10, power)));
        }
        return axis;
    }

    /** Percentiles by how many nines they have. */
    static Axis nines(String title, double highest) {
        Axis axis = new Axis(title, percentile -> -Math.log10(1 - percentile / 100), 0, Math.max(90, highest));
        for (double percentile : NINES) {
            if (percentile <= Math.max(90, highest)) {
                axis.mark(percentile, "p" + number(percentile));
            }
        }
        return axis;
    }

    private void mark(double value, String name) {
        ticks.add(new Tick(share(value), name));
    }

    /** 0 at the axis's begin, 1 at its end. */
    double share(double value) {
        return Math.min(1, Math.max(0, (scale.at(value) - low) / (high - low)));
    }

    String title() {
        return title;
    }

    List<Tick> ticks() {
        return ticks;
    }

    /** Short: 1.5k, 20M, 0.01. */
    static String number(double value) {
        if (value >= 1e6) {
            return trimmed(value / 1e6) + "M";
        }
        return value >= 10_000 ? trimmed(value / 1e3) + "k" : trimmed(value);
    }

    private static String trimmed(double value) {
        String text = String.format(Locale.ROOT, value < 1 ? "%.4f" : "%.3f", value);
        return text.replaceAll("0+$", "").replaceAll("\\.$", "");
    }
}
