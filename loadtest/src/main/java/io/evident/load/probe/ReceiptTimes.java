package io.evident.load.probe;

import io.evident.event.Lane;
import io.evident.event.Tier;
import io.evident.load.http.HttpConnection;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long senders waited for their receipts by the server's own clock, from the reading of a frame or request until the
 * receipt was written: by lane, how many receipts took at most so many seconds. The server brings its figures up to date once
 * a second, so the ends of a time are that exact.
 */
public final class ReceiptTimes {
    /** Nobody says anything. */
    public static final ReceiptTimes UNKNOWN = new ReceiptTimes(new EnumMap<>(Lane.class));

    private static final Pattern BUCKET =
            Pattern.compile("evident_receipt_latency_seconds_bucket\\{([^}]*)\\} ([0-9.eE+]+)");
    private static final Pattern LABEL = Pattern.compile("([a-z]+)=\"([^\"]*)\"");
    private static final double NS_PER_SECOND = 1e9;
    private static final double NS_PER_MS = 1e6;
    private static final int OK = 200;

    /** Counts up to a bound, by bound in seconds. */
    private final Map<Lane, NavigableMap<Double, Long>> counts;

    private ReceiptTimes(Map<Lane, NavigableMap<Double, Long>> counts) {
        this.counts = counts;
    }

    /** Asks a server for those of a tier since its start. */
    public static ReceiptTimes ask(URI server, Tier tier) throws IOException {
        try (HttpConnection connection = HttpConnection.open(server)) {
            int status = connection.get("/metrics");
            return status == OK ? parse(connection.bodyText(), tier) : UNKNOWN;
        }
    }

    static ReceiptTimes parse(String metrics, Tier tier) {
        Map<Lane, NavigableMap<Double, Long>> counts = new EnumMap<>(Lane.class);
        Matcher bucket = BUCKET.matcher(metrics);
        while (bucket.find()) {
            Map<String, String> labels = new TreeMap<>();
            Matcher label = LABEL.matcher(bucket.group(1));
            while (label.find()) {
                labels.put(label.group(1), label.group(2));
            }
            if (tier.text().equals(labels.get("tier"))) {
                String bound = labels.get("le");
                counts.computeIfAbsent(laneOf(labels.get("lane")), lane -> new TreeMap<>())
                        .put(bound.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(bound), (long)
                                Double.parseDouble(bucket.group(2)));
            }
        }
        return new ReceiptTimes(counts);
    }

    private static Lane laneOf(String text) {
        for (Lane lane : Lane.values()) {
            if (lane.text().equals(text)) {
                return lane;
            }
        }
        throw new IllegalArgumentException("the server tells of a lane '" + text + "'");
    }

    /** Whether the server said anything. */
    boolean isKnown() {
        return this != UNKNOWN;
    }

    /** Those that came behind an earlier look. */
    public ReceiptTimes since(ReceiptTimes earlier) {
        Map<Lane, NavigableMap<Double, Long>> since = new EnumMap<>(Lane.class);
        counts.forEach((lane, now) -> {
            NavigableMap<Double, Long> before = earlier.counts.getOrDefault(lane, new TreeMap<>());
            NavigableMap<Double, Long> more = new TreeMap<>();
            now.forEach((bound, count) -> more.put(bound, count - before.getOrDefault(bound, 0L)));
            if (more.lastEntry().getValue() > 0) {
                since.put(lane, more);
            }
        });
        return new ReceiptTimes(since);
    }

    /** Lanes with receipts. */
    public List<Lane> lanes() {
        return new ArrayList<>(counts.keySet());
    }

    /** Receipts of a lane, of all for {@code null}. */
    public long count(Lane lane) {
        return sum(lane, counted -> counted.lastEntry().getValue());
    }

    /**
     * The least of the server's bounds that so many percent of a lane's receipts, of all for {@code null}, were within, in
     * milliseconds; {@link Double#NaN} when it is beyond all bounds, or there are none.
     */
    public double atMostMs(Lane lane, double percentile) {
        // In hundredths of a percent, as a thousandth of ten thousand is no exact fraction.
        long wanted = Math.round(percentile * 100) * count(lane);
        for (NavigableMap<Double, Long> any : counts.values()) {
            for (double bound : any.keySet()) {
                long within = sum(lane, counted -> counted.getOrDefault(bound, 0L));
                if (within > 0 && within * 10_000 >= wanted) {
                    return Double.isInfinite(bound) ? Double.NaN : Math.round(bound * NS_PER_SECOND) / NS_PER_MS;
                }
            }
        }
        return Double.NaN;
    }

    private long sum(Lane lane, ToLongFunction<NavigableMap<Double, Long>> figure) {
        return counts.entrySet().stream()
                .filter(each -> lane == null || each.getKey() == lane)
                .mapToLong(each -> figure.applyAsLong(each.getValue()))
                .sum();
    }
}
