package io.evident.pipeline.control;

import io.evident.pipeline.retention.RetentionHold;
import io.evident.pipeline.retention.RetentionRule;
import java.util.List;

/**
 * How long the events of a server are kept, at one moment.
 *
 * @param tenants those with a rule or a hold of their own, and {@code *} for all others when that has a rule; by name
 * @param figures what was done since the start
 */
public record RetentionOverview(List<Tenant> tenants, Figures figures) {
    /**
     * One of them.
     *
     * @param rule its own one, or {@code null}
     * @param effective the rule by which its events expire: its own one, that of all others, or {@code null}
     * @param hold {@code null} when it is not held
     * @param oldestKeptNs the time of its oldest event that is kept, or {@code null} when there is none, or nobody looked
     * @param removedEvents how many of its events were removed since the start
     * @param removedBytes the size of these, before compression
     */
    public record Tenant(
            String tenant,
            RetentionRule rule,
            RetentionRule effective,
            RetentionHold hold,
            Long oldestKeptNs,
            long removedEvents,
            long removedBytes) {}

    /**
     * Counted since the start.
     *
     * @param events that were removed
     * @param bytes their size, before compression
     * @param freedBytes by how much files became smaller
     * @param segmentsFreed segments that went as a whole
     * @param segmentsReduced segments that were written anew with what is left
     * @param failures what could not be done, and is tried again
     * @param passAgeMs how long ago the last look ended, in milliseconds; since the start while there was none
     */
    public record Figures(
            long events,
            long bytes,
            long freedBytes,
            long segmentsFreed,
            long segmentsReduced,
            long failures,
            long passAgeMs) {}

    public RetentionOverview {
        tenants = List.copyOf(tenants);
    }
}
