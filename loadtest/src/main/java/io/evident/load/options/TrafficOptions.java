package io.evident.load.options;

import io.evident.event.Tier;
import io.evident.load.schedule.RateCurve;
import io.evident.load.schedule.RateText;
import java.net.InetSocketAddress;
import java.net.URI;
import picocli.CommandLine.Option;

/** To whom, how much, and for how long. */
public final class TrafficOptions {
    private static final int MOST_CONNECTIONS = 20_000;
    private static final int MOST_LOOPS = 64;

    @Option(names = "--tcp", defaultValue = "127.0.0.1:8481", description = "server address (${DEFAULT-VALUE})")
    private String tcp;

    @Option(
            names = "--http",
            paramLabel = "URL",
            description = "the server's HTTP address: where to send with --over http..., and to ask after the run how"
                    + " many events are there, which has to be as many as there are receipts")
    private String http;

    @Option(
            names = "--over",
            defaultValue = "tcp",
            description = "tcp, http (single events), http-array or http-ndjson (${DEFAULT-VALUE})")
    private String over;

    @Option(names = "--tier", defaultValue = "synced", description = "accepted, journaled or synced (${DEFAULT-VALUE})")
    private String tier;

    @Option(names = "--connections", defaultValue = "4", description = "connections (${DEFAULT-VALUE})")
    private int connections;

    @Option(
            names = "--loops",
            defaultValue = "1",
            description = "pairs of threads that share the connections (${DEFAULT-VALUE})")
    private int loops;

    @Option(names = "--batch", defaultValue = "500", description = "events per frame or request (${DEFAULT-VALUE})")
    private int batch;

    @Option(
            names = "--window",
            defaultValue = "8000",
            description = "unanswered events per connection (${DEFAULT-VALUE})")
    private int window;

    @Option(names = "--seconds", defaultValue = "10", description = "measured time (${DEFAULT-VALUE})")
    private int seconds;

    @Option(names = "--warmup", defaultValue = "5", description = "seconds before, not counted (${DEFAULT-VALUE})")
    private int warmupSeconds;

    @Option(
            names = "--events",
            defaultValue = "0",
            description = "stop after so many receipts, before the time is over")
    private long events;

    @Option(
            names = "--rate",
            defaultValue = "0",
            description = "offered events per second over all connections, open loop; 0: all it can, closed loop. Or a"
                    + " rate over time: ramp:1000..100000, burst:20000,200000,5s,1s, saturday-rush:50000")
    private String rate;

    /** What is wrong, or {@code null}. */
    public String problem() {
        if (tier() == null) {
            return "--tier is accepted, journaled or synced";
        }
        if (address() == null) {
            return "--tcp is HOST:PORT";
        }
        if (address().isUnresolved()) {
            return "there is no host " + address().getHostString();
        }
        if (connections < 1 || batch < 1 || seconds < 1) {
            return "--connections, --batch and --seconds are at least 1";
        }
        if (window < batch) {
            return "--window is at least --batch";
        }
        if (warmupSeconds < 0 || events < 0 || rate.startsWith("-")) {
            return "--warmup, --events and --rate are at least 0";
        }
        if (loops < 1 || loops > MOST_LOOPS || loops > connections || connections > MOST_CONNECTIONS) {
            return "--loops is 1 to " + MOST_LOOPS + " and no more than --connections, which is at most "
                    + MOST_CONNECTIONS;
        }
        return rateProblem();
    }

    private String rateProblem() {
        if (Over.ofText(over) == null) {
            return "--over is tcp, http, http-array or http-ndjson";
        }
        if (http != null && serverUri() == null) {
            return "--http is a URL such as http://127.0.0.1:8480";
        }
        if (http == null && Over.ofText(over) != Over.TCP) {
            return "--over " + over + " needs --http";
        }
        try {
            // Only 0 is for as fast as it goes; a rate over time without any event would be taken for that.
            return curve() == null && rate.contains(":") ? "--rate: '" + rate + "' offers nothing" : null;
        } catch (IllegalArgumentException e) {
            return "--rate: " + e.getMessage();
        }
    }

    /** How the events go. */
    public enum Over {
        TCP,
        HTTP,
        HTTP_ARRAY,
        HTTP_NDJSON;

        static Over ofText(String text) {
            for (Over each : values()) {
                if (each.name().replace('_', '-').equalsIgnoreCase(text)) {
                    return each;
                }
            }
            return null;
        }
    }

    public Over over() {
        return Over.ofText(over);
    }

    /** Where TCP goes, {@code null} when the option is none. */
    public InetSocketAddress address() {
        int colon = tcp.lastIndexOf(':');
        if (colon < 1) {
            return null;
        }
        try {
            return new InetSocketAddress(tcp.substring(0, colon), Integer.parseInt(tcp.substring(colon + 1)));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Where HTTP goes, {@code null} without. */
    public URI serverUri() {
        if (http == null || !http.matches("http://[^/:]+(:\\d{1,5})?/?")) {
            return null;
        }
        return URI.create(http);
    }

    public Tier tier() {
        return Tier.ofText(tier);
    }

    public int connections() {
        return connections;
    }

    public int loops() {
        return loops;
    }

    /** Events that are sent together. */
    public int batch() {
        return over() == Over.HTTP ? 1 : batch;
    }

    public int window() {
        return window;
    }

    public int seconds() {
        return seconds;
    }

    public int warmupSeconds() {
        return warmupSeconds;
    }

    public long events() {
        return events;
    }

    /** The rate as it was asked for. */
    public String rate() {
        return rate;
    }

    /** When events are due in the measured time, {@code null} for a closed loop. */
    public RateCurve curve() {
        RateCurve curve = RateText.parse(rate, seconds);
        return curve.events() > 0 ? curve : null;
    }
}
