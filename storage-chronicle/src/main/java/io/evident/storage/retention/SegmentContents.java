package io.evident.storage.retention;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a segment still holds, block by block and per tenant.
 *
 * @param blocks of each block in turn, by tenant
 * @param oldestReceivedNs the earliest time at which one of its events was received
 */
record SegmentContents(List<Map<String, TenantTally>> blocks, long oldestReceivedNs) {
    SegmentContents {
        blocks = List.copyOf(blocks);
    }

    /** By tenant, of all blocks together. */
    Map<String, TenantTally> tenants() {
        return together(blocks);
    }

    long newestReceivedNs() {
        return tenants().values().stream()
                .mapToLong(TenantTally::newestReceivedNs)
                .max()
                .orElse(0);
    }

    /** Several blocks as one. */
    static Map<String, TenantTally> together(List<Map<String, TenantTally>> blocks) {
        Map<String, TenantTally> all = new HashMap<>();
        blocks.forEach(block -> block.forEach((tenant, tally) -> all.merge(tenant, tally, TenantTally::and)));
        return all;
    }
}
