package io.evident.load.options;

import io.evident.event.EventLimits;
import io.evident.load.intake.EventMix;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** What the events are like. */
public final class EventOptions {
    @Option(
            names = "--bytes",
            defaultValue = "256",
            description = "encoded size of a generated event (${DEFAULT-VALUE})")
    private int bytes;

    @Option(
            names = "--sizes",
            paramLabel = "SIZE=SHARE",
            split = ",",
            description = "sizes in bytes instead, or 'cloudtrail' (1.2 KiB): 256=0.9,cloudtrail=0.09,65536=0.01")
    private Map<String, Double> sizes;

    @Option(names = "--critical", defaultValue = "0", description = "share of P0_CRITICAL events, 0 to 1")
    private double critical;

    @Option(
            names = "--lanes",
            paramLabel = "LANE=SHARE",
            split = ",",
            description = "shares of lanes: critical=0.01,elevated=0.1; the rest is standard")
    private Map<String, Double> lanes;

    @Option(names = "--tenants", defaultValue = "10", description = "how many tenants (${DEFAULT-VALUE})")
    private int tenants;

    @Option(
            names = "--actors",
            defaultValue = "5000",
            description = "how many actors at the most (${DEFAULT-VALUE}); the result says how many there were")
    private int actors;

    @Option(names = "--zipf", description = "few tenants and actors come often, most seldom; else all alike")
    private boolean zipf;

    @Option(
            names = "--cloudtrail",
            paramLabel = "DIR",
            description = "send the records of CloudTrail log files instead")
    private Path cloudtrail;

    @Option(names = "--seed", defaultValue = "1", description = "seed of the generated events (${DEFAULT-VALUE})")
    private long seed;

    /** What is wrong, or {@code null}. */
    public String problem() {
        if (bytes < 1 || bytes > EventLimits.ATTRIBUTES_BYTES) {
            return "--bytes is 1 to " + EventLimits.ATTRIBUTES_BYTES;
        }
        if (!(critical >= 0 && critical <= 1)) {
            return "--critical is 0 to 1";
        }
        if (tenants < 1 || actors < 1) {
            return "--tenants and --actors are at least 1";
        }
        if (lanes != null && !(lanes.keySet().stream().allMatch(EventOptions::isLane) && areShares(lanes))) {
            return "--lanes is critical=SHARE,elevated=SHARE, together at most 1";
        }
        if (sizes != null && (sizes.keySet().stream().anyMatch(size -> sizeBytes(size) < 1) || !(sum(sizes) > 0))) {
            return "--sizes is SIZE=SHARE, with sizes from 1 to " + EventLimits.ATTRIBUTES_BYTES + " or 'cloudtrail'";
        }
        return null;
    }

    private static boolean isLane(String name) {
        return name.equals("critical") || name.equals("elevated") || name.equals("standard");
    }

    private static boolean areShares(Map<String, Double> shares) {
        return shares.values().stream().allMatch(share -> share >= 0) && sum(shares) <= 1;
    }

    private static double sum(Map<String, Double> shares) {
        return shares.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    /** The size that a word stands for, 0 for none. */
    private static int sizeBytes(String word) {
        if (word.equals("cloudtrail")) {
            return EventMix.CLOUDTRAIL_BYTES;
        }
        boolean isNumber = word.matches("\\d{1,5}");
        return isNumber && Integer.parseInt(word) <= EventLimits.ATTRIBUTES_BYTES ? Integer.parseInt(word) : 0;
    }

    /**
     * The events that are asked for.
     *
     * @param tenantPrefix what the names of their tenants begin with
     */
    public EventMix mix(String tenantPrefix) {
        Map<String, Double> shares = lanes == null ? Map.of() : lanes;
        Map<Integer, Double> bySize = new HashMap<>();
        if (sizes == null) {
            bySize.put(bytes, 1.0);
        } else {
            sizes.forEach((size, share) -> bySize.merge(sizeBytes(size), share, Double::sum));
        }
        return new EventMix(
                tenantPrefix,
                tenants,
                actors,
                zipf,
                shares.getOrDefault("critical", critical),
                shares.getOrDefault("elevated", 0.0),
                bySize);
    }

    /** The folder of real records, or {@code null}. */
    public Path cloudtrail() {
        return cloudtrail;
    }

    public long seed() {
        return seed;
    }
}
