package io.evident.load.schedule;

import io.evident.load.schedule.RateCurve.Point;
import java.util.ArrayList;
import java.util.List;

/**
 * Curves by name, as they are asked for on the command line:
 *
 * <pre>
 *   50000, constant:50000        all the time
 *   ramp:1000..100000            a straight line over the whole time
 *   burst:20000,200000,5s,1s     20,000, and every 5 seconds 200,000 for one second
 *   saturday-rush:50000          a wedding Saturday in small, see {@link #SATURDAY}
 * </pre>
 */
public final class RateText {
    /** What is understood, for messages. */
    public static final String FORMS = "a number of events per second, constant:RATE, ramp:FROM..TO,"
            + " burst:BASE,PEAK,EVERYs,FORs or saturday-rush:RATE";

    /**
     * A wedding Saturday: share of the time that has passed, and of the plateau's rate. A quiet morning, guests who arrive
     * all at once, an afternoon and evening at full rate, and the end of the night.
     */
    static final double[][] SATURDAY = {
        {0, 0.05}, {0.20, 0.08}, {0.30, 0.30}, {0.35, 1}, {0.80, 1}, {0.90, 0.25}, {1, 0.05}
    };
    /** When, in shares of the time, a spike begins: the ceremony, the first dance, the cake. */
    static final double[] SPIKES = {0.42, 0.58, 0.70};
    /** How many times the plateau's rate a spike has. */
    static final double SPIKE_FACTOR = 10;
    /** How long a spike is, in shares of the time, and at the most in seconds. */
    static final double SPIKE_SHARE = 0.03;

    static final double SPIKE_SECONDS = 3;

    private RateText() {}

    /**
     * Reads a curve.
     *
     * @param lengthSeconds of the whole curve
     * @throws IllegalArgumentException with a message for people when the text is none
     */
    public static RateCurve parse(String text, double lengthSeconds) {
        int colon = text.indexOf(':');
        String kind = colon < 0 ? "constant" : text.substring(0, colon);
        String numbers = text.substring(colon + 1);
        try {
            return switch (kind) {
                case "constant" -> RateCurve.constant(Double.parseDouble(numbers), lengthSeconds);
                case "ramp" -> ramp(numbers.split("\\.\\.", -1), lengthSeconds);
                case "burst" -> burst(numbers.split(",", -1), lengthSeconds);
                case "saturday-rush" -> saturday(Double.parseDouble(numbers), lengthSeconds);
                default -> throw new IllegalArgumentException(kind);
            };
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw new IllegalArgumentException("'" + text + "' is no rate; one is " + FORMS, e);
        }
    }

    private static RateCurve ramp(String[] ends, double length) {
        return RateCurve.through(
                List.of(new Point(0, Double.parseDouble(ends[0])), new Point(length, Double.parseDouble(ends[1]))));
    }

    private static RateCurve burst(String[] parts, double length) {
        double base = Double.parseDouble(parts[0]);
        double peak = Double.parseDouble(parts[1]);
        double every = seconds(parts[2]);
        double lasts = seconds(parts[3]);
        if (!(every > 0 && lasts > 0 && lasts < every)) {
            throw new IllegalArgumentException("a burst is shorter than the time between two");
        }
        List<Point> points = new ArrayList<>(List.of(new Point(0, base)));
        for (double end = every; end <= length; end += every) {
            step(points, end - lasts, base, peak);
            step(points, end, peak, base);
        }
        points.add(new Point(length, base));
        return RateCurve.through(points);
    }

    private static RateCurve saturday(double plateau, double length) {
        List<Point> points = new ArrayList<>();
        double spikeLength = Math.min(SPIKE_SECONDS, length * SPIKE_SHARE);
        for (double[] corner : SATURDAY) {
            if (corner[0] == 0.80) {
                for (double spike : SPIKES) {
                    step(points, spike * length, plateau, plateau * SPIKE_FACTOR);
                    step(points, spike * length + spikeLength, plateau * SPIKE_FACTOR, plateau);
                }
            }
            points.add(new Point(corner[0] * length, corner[1] * plateau));
        }
        return RateCurve.through(points);
    }

    private static void step(List<Point> points, double at, double from, double to) {
        points.add(new Point(at, from));
        points.add(new Point(at, to));
    }

    private static double seconds(String text) {
        if (!text.endsWith("s")) {
            throw new IllegalArgumentException("no seconds: " + text);
        }
        return Double.parseDouble(text.substring(0, text.length() - 1));
    }
}
