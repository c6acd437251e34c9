package io.evident.load.report;

import io.evident.event.Lane;
import io.evident.load.probe.ReceiptTimes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.HdrHistogram.Histogram;

/** The percentiles that are told of a histogram of nanoseconds, and whether there was enough to tell them. Stateless. */
public final class Percentiles {
    /** A percentile with fewer values beyond it says little. */
    public static final int LEAST_BEYOND = 100;

    private static final double[] TOLD = {50, 90, 99, 99.9, 99.99};
    private static final double NS_PER_MS = 1e6;
    private static final double NS_PER_US = 1e3;

    private Percentiles() {}

    /** By name, {@code p50} to {@code p99.99} and {@code max}, in milliseconds. */
    public static Map<String, Object> ms(Histogram histogram) {
        Map<String, Object> told = new LinkedHashMap<>();
        for (double percentile : TOLD) {
            told.put(name(percentile), histogram.getValueAtPercentile(percentile) / NS_PER_MS);
        }
        told.put("max", histogram.getMaxValue() / NS_PER_MS);
        return told;
    }

    /** For people, in microseconds; a dash for a percentile of which there is not enough. */
    public static String microsText(Histogram histogram) {
        StringJoiner told = new StringJoiner("   ");
        for (double percentile : TOLD) {
            String us = isEnough(histogram.getTotalCount(), percentile)
                    ? String.format(Locale.ROOT, "%.2f", histogram.getValueAtPercentile(percentile) / NS_PER_US)
                    : "-";
            told.add(name(percentile) + " " + us);
        }
        return told.add(String.format(Locale.ROOT, "max %.1f", histogram.getMaxValue() / NS_PER_US))
                .toString();
    }

    /** The names of those that have fewer than {@value #LEAST_BEYOND} values beyond them. */
    public static List<String> tooFew(Histogram histogram) {
        return tooFew(histogram, 1);
    }

    /**
     * The same where values come many at a time.
     *
     * @param sharing so many of them are the same latency, from 1
     */
    static List<String> tooFew(Histogram histogram, double sharing) {
        List<String> names = new ArrayList<>();
        for (double percentile : TOLD) {
            if (!isEnough((long) (histogram.getTotalCount() / sharing), percentile)) {
                names.add(name(percentile));
            }
        }
        return names;
    }

    /** Whether so many values tell this percentile. */
    public static boolean isEnough(long count, double percentile) {
        // In millionths: a hundredth of a percent is no exact fraction.
        long beyond = Math.round((100 - percentile) * 10_000) * count / 1_000_000;
        return beyond >= LEAST_BEYOND;
    }

    /**
     * What the server's clock says of a lane, of all for {@code null}, by prefixed name, in milliseconds: those percentiles of
     * which there is enough, and which are within the server's bounds.
     */
    public static Map<String, Double> atMostMs(ReceiptTimes times, Lane lane, String prefix) {
        Map<String, Double> told = new LinkedHashMap<>();
        for (double percentile : TOLD) {
            double ms = times.atMostMs(lane, percentile);
            if (isEnough(times.count(lane), percentile) && !Double.isNaN(ms)) {
                told.put(prefix + name(percentile), ms);
            }
        }
        return told;
    }

    /** The same for people. */
    static String text(ReceiptTimes times, Lane lane) {
        StringJoiner text = new StringJoiner("   ");
        atMostMs(times, lane, "").forEach((name, ms) -> text.add(String.format(Locale.ROOT, "%s %.2f", name, ms)));
        return text.toString();
    }

    /** For people. */
    public static String text(Histogram histogram) {
        return text(histogram, 1);
    }

    /** The same where so many values are the same latency. */
    static String text(Histogram histogram, double sharing) {
        StringBuilder text = new StringBuilder();
        ms(histogram)
                .forEach((name, ms) -> text.append(
                        String.format(Locale.ROOT, "%s%s %.2f", text.length() == 0 ? "" : "   ", name, (Double) ms)));
        List<String> tooFew = tooFew(histogram, sharing);
        return tooFew.isEmpty() ? text.toString() : text + "   (too few values: " + String.join(", ", tooFew) + ")";
    }

    private static String name(double percentile) {
        return "p"
                + (percentile == Math.rint(percentile)
                        ? String.valueOf((long) percentile)
                        : String.valueOf(percentile));
    }
}
