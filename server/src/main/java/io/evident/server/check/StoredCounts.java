package io.evident.server.check;

import io.evident.event.EventField;
import io.evident.event.EventView;
import io.evident.event.Lane;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** How many events are stored, per tenant and lane. Not thread-safe. */
final class StoredCounts {
    private final Map<String, long[]> byTenant = new TreeMap<>();
    /** The tenant of the event before: mostly that of the next one too. */
    private byte[] lastTenant = new byte[0];

    private long[] lastCounts;

    /** Counts one event. */
    void add(EventView event, Lane lane) {
        if (lastCounts == null || !event.fieldEquals(EventField.TENANT, lastTenant)) {
            String tenant = event.text(EventField.TENANT);
            lastTenant = tenant.getBytes(StandardCharsets.UTF_8);
            lastCounts = of(tenant);
        }
        lastCounts[lane.ordinal()]++;
    }

    /** Counts several events of a tenant. */
    void add(String tenant, Lane lane, long events) {
        of(tenant)[lane.ordinal()] += events;
    }

    /** Adds what another one counted, so many times: 1, or -1 to take it away. */
    void add(StoredCounts other, int times) {
        other.byTenant.forEach((tenant, counts) -> {
            long[] here = of(tenant);
            for (int lane = 0; lane < here.length; lane++) {
                here[lane] += times * counts[lane];
            }
        });
    }

    /** The same, with the tenants that are not among these counted as one. */
    StoredCounts together(Set<String> apart, String name) {
        StoredCounts result = new StoredCounts();
        byTenant.forEach((tenant, counts) -> {
            long[] there = result.of(apart.contains(tenant) ? tenant : name);
            for (int lane = 0; lane < counts.length; lane++) {
                there[lane] += counts[lane];
            }
        });
        return result;
    }

    private long[] of(String tenant) {
        return byTenant.computeIfAbsent(tenant, absent -> new long[Lane.count()]);
    }

    long count(String tenant, Lane lane) {
        long[] counts = byTenant.get(tenant);
        return counts == null ? 0 : counts[lane.ordinal()];
    }

    long total() {
        return byTenant.values().stream()
                .mapToLong(counts -> Arrays.stream(counts).sum())
                .sum();
    }

    /** By tenant in the order of their names; the counts by {@link Lane#ordinal}. */
    Map<String, long[]> byTenant() {
        return byTenant;
    }
}
