package io.evident.load.target;

import io.evident.event.Lane;
import java.util.EnumMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** Latencies in nanoseconds, a value for each event, by lane: from when it was due, and from when it was sent. Not thread-safe. */
public final class Latencies {
    /** What takes longer counts as this. */
    public static final long HIGHEST_NS = 300_000_000_000L;

    /** Significant digits of all histograms. */
    public static final int DIGITS = 3;

    private final Map<Lane, Histogram> response = new EnumMap<>(Lane.class);
    private final Map<Lane, Histogram> service = new EnumMap<>(Lane.class);

    /** From the moment at which an event was due until its answer came. */
    public Map<Lane, Histogram> response() {
        return response;
    }

    /** From the moment at which an event was really given to a connection until its answer came. */
    public Map<Lane, Histogram> service() {
        return service;
    }

    /** Adds others. */
    public void add(Latencies other) {
        other.response.forEach((lane, histogram) -> add(response, lane, histogram));
        other.service.forEach((lane, histogram) -> add(service, lane, histogram));
    }

    void add(Lane lane, Histogram responses, Histogram services) {
        add(response, lane, responses);
        add(service, lane, services);
    }

    private static void add(Map<Lane, Histogram> to, Lane lane, Histogram added) {
        if (added.getTotalCount() > 0) {
            to.computeIfAbsent(lane, unused -> new Histogram(HIGHEST_NS, DIGITS))
                    .add(added);
        }
    }

    /** All lanes in one. */
    public static Histogram merged(Map<Lane, Histogram> lanes) {
        Histogram all = new Histogram(HIGHEST_NS, DIGITS);
        lanes.values().forEach(all::add);
        return all;
    }
}
