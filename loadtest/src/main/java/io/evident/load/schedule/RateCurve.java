package io.evident.load.schedule;

import java.util.Arrays;
import java.util.List;

/**
 * A rate over time, made of straight lines between points; at one time there may be two points, a step. Tells exactly how
 * many events are due until a time, and when the n-th is. Before the first point nothing is due, nor after the last.
 * Immutable.
 */
public final class RateCurve {
    /** What {@link #secondsOf} gives for an event that the curve does not reach. */
    public static final double NEVER = Double.POSITIVE_INFINITY;

    private final double[] seconds;
    private final double[] rates;
    /** Events due until each point. */
    private final double[] before;

    /**
     * One corner of the curve.
     *
     * @param seconds since the begin
     * @param eventsPerSecond the rate there
     */
    public record Point(double seconds, double eventsPerSecond) {}

    private RateCurve(double[] seconds, double[] rates) {
        this.seconds = seconds;
        this.rates = rates;
        this.before = new double[seconds.length];
        for (int i = 1; i < seconds.length; i++) {
            before[i] = before[i - 1] + (seconds[i] - seconds[i - 1]) * (rates[i - 1] + rates[i]) / 2;
        }
    }

    /**
     * A curve through these points.
     *
     * @throws IllegalArgumentException when there are fewer than two, they do not begin at 0, go back in time, or a rate is
     *     below 0 or no number
     */
    public static RateCurve through(List<Point> points) {
        double[] seconds = points.stream().mapToDouble(Point::seconds).toArray();
        double[] rates = points.stream().mapToDouble(Point::eventsPerSecond).toArray();
        boolean inOrder = seconds.length > 1 && seconds[0] == 0;
        for (int i = 1; inOrder && i < seconds.length; i++) {
            inOrder = seconds[i] >= seconds[i - 1];
        }
        if (!inOrder || Arrays.stream(rates).anyMatch(rate -> !(rate >= 0 && rate < NEVER))) {
            throw new IllegalArgumentException("no curve of rates: " + points);
        }
        return new RateCurve(seconds, rates);
    }

    /** The same rate all the time. */
    public static RateCurve constant(double eventsPerSecond, double lengthSeconds) {
        return through(List.of(new Point(0, eventsPerSecond), new Point(lengthSeconds, eventsPerSecond)));
    }

    /** When the curve ends. */
    public double lengthSeconds() {
        return seconds[seconds.length - 1];
    }

    /** Events due until the end. */
    public double events() {
        return before[before.length - 1];
    }

    /** The rate at the begin, and with it that of a warm-up. */
    public double firstRate() {
        return rates[0];
    }

    /** The highest rate. */
    public double highestRate() {
        return Arrays.stream(rates).max().orElse(0);
    }

    /** The rate at a time; at a step the one after it. */
    public double rateAt(double atSeconds) {
        int line = lineAt(seconds, atSeconds);
        return line < 0 ? 0 : rates[line] + slope(line) * (atSeconds - seconds[line]);
    }

    /** Events due until a time, with fractions. */
    public double eventsUntil(double untilSeconds) {
        if (untilSeconds >= lengthSeconds()) {
            return events();
        }
        int line = lineAt(seconds, untilSeconds);
        if (line < 0) {
            return 0;
        }
        double passed = untilSeconds - seconds[line];
        return before[line] + passed * (rates[line] + slope(line) * passed / 2);
    }

    /** When so many events are due: the earliest time until which {@link #eventsUntil} is that many, or {@link #NEVER}. */
    public double secondsOf(double events) {
        if (events <= 0) {
            return 0;
        }
        if (events > events()) {
            return NEVER;
        }
        int found = Arrays.binarySearch(before, events);
        // Of several points without an event between them the first; a line that begins below the count, in any case.
        int line = (found >= 0 ? found : -found - 1) - 1;
        while (line > 0 && before[line] >= events) {
            line--;
        }
        double missing = events - before[line];
        double rate = rates[line];
        double root = Math.sqrt(Math.max(0, rate * rate + 2 * slope(line) * missing));
        return Math.min(seconds[line] + 2 * missing / (rate + root), seconds[line + 1]);
    }

    private double slope(int line) {
        double width = seconds[line + 1] - seconds[line];
        return width == 0 ? 0 : (rates[line + 1] - rates[line]) / width;
    }

    /** The last line that begins at this time or before, or -1 outside of all. */
    private static int lineAt(double[] begins, double at) {
        if (at < 0 || at >= begins[begins.length - 1]) {
            return -1;
        }
        int line = 0;
        while (begins[line + 1] <= at) {
            line++;
        }
        return line;
    }
}
