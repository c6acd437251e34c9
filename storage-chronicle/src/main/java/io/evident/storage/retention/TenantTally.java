package io.evident.storage.retention;

import java.util.Map;

/**
 * Some events of one tenant in a segment.
 *
 * @param events how many, at least 1
 * @param bytes their bytes before compression, with their length words
 * @param firstSequence the sequence of the first of them
 * @param lastSequence the sequence of the last of them
 * @param newestReceivedNs the latest time at which one of them was received, nanoseconds since 1970
 */
public record TenantTally(long events, long bytes, long firstSequence, long lastSequence, long newestReceivedNs) {
    /** These and others of the same tenant. */
    TenantTally and(TenantTally other) {
        return new TenantTally(
                events + other.events,
                bytes + other.bytes,
                Math.min(firstSequence, other.firstSequence),
                Math.max(lastSequence, other.lastSequence),
                Math.max(newestReceivedNs, other.newestReceivedNs));
    }

    /** Adds some to others, by tenant. */
    static void addAll(Map<String, TenantTally> to, Map<String, TenantTally> more) {
        more.forEach((tenant, tally) -> to.merge(tenant, tally, TenantTally::and));
    }
}
