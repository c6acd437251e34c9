package io.evident.load.intake;

import java.util.Map;

/**
 * What generated events are like.
 *
 * @param tenantPrefix what the names of all their tenants begin with
 * @param tenants how many owners there are, at least 1
 * @param actors how many actors there are, at least 1
 * @param zipf whether tenants and actors come by Zipf's law, few of them often; otherwise all alike
 * @param criticalShare share of events of the lane CRITICAL, by their severity, 0 to 1
 * @param elevatedShare share of events of the lane ELEVATED, by a label that marks protected data; both at most 1
 * @param sizes shares of encoded sizes in bytes, {@link #CLOUDTRAIL_BYTES} for those that look like CloudTrail's; at least
 *     one, their sum is above 0
 */
public record EventMix(
        String tenantPrefix,
        int tenants,
        int actors,
        boolean zipf,
        double criticalShare,
        double elevatedShare,
        Map<Integer, Double> sizes) {
    /** Stands for events whose attributes look like a CloudTrail record, of about 1.2 KiB. */
    public static final int CLOUDTRAIL_BYTES = 1_229;

    /** What is sent when nothing is asked for but a size and a share of critical events. */
    public static EventMix plain(int sizeBytes, double criticalShare) {
        return new EventMix(SyntheticEvents.TENANT_PREFIX, 10, 5_000, false, criticalShare, 0, Map.of(sizeBytes, 1.0));
    }

    /** Mean encoded size in bytes. */
    double meanBytes() {
        double weights = 0;
        double bytes = 0;
        for (Map.Entry<Integer, Double> size : sizes.entrySet()) {
            weights += size.getValue();
            bytes += size.getValue() * size.getKey();
        }
        return bytes / weights;
    }
}
