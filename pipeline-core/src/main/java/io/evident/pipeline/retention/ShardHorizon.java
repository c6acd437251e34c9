package io.evident.pipeline.retention;

import io.evident.event.EventField;
import io.evident.event.EventView;
import io.evident.pipeline.admission.TenantScope;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Up to where the events of one shard have expired: those of a tenant below its sequence. A tenant that is not named has the
 * sequence of all others; of Evident's own tenant nothing expires unless it is named. Events of the emergency journal have no
 * sequence yet, and never expire. Immutable.
 */
public final class ShardHorizon {
    /** Nothing has expired. */
    public static final ShardHorizon NONE = new ShardHorizon(0, Map.of());

    private final long others;
    private final Map<String, Long> byTenant;
    private final long highest;

    /**
     * @param others the first sequence that is kept of a tenant that is not named, 0 when all are
     * @param byTenant the same for tenants of their own
     */
    public ShardHorizon(long others, Map<String, Long> byTenant) {
        this.others = others;
        this.byTenant = Map.copyOf(byTenant);
        long most = others;
        for (long sequence : this.byTenant.values()) {
            most = Math.max(most, sequence);
        }
        this.highest = most;
    }

    /** Whether nothing has expired from this sequence on: to be asked first, as it mostly says so. */
    public boolean hidesNothingFrom(long sequence) {
        return sequence >= highest;
    }

    /** The first sequence that is kept of a tenant, 0 when all are. */
    public long of(String tenant) {
        Long own = byTenant.get(tenant);
        if (own != null) {
            return own;
        }
        return tenant.equals(TenantScope.SYSTEM) ? 0 : others;
    }

    /** The first sequence that is kept of a tenant that is not named, 0 when all are. */
    public long ofOthers() {
        return others;
    }

    /** The tenants that are named. */
    public Set<String> named() {
        return byTenant.keySet();
    }

    /** Whether everything that a caller may see has expired up to a sequence, inclusive. */
    public boolean hidesAllThrough(long sequence, TenantScope scope) {
        if (hidesNothingFrom(sequence)) {
            return false;
        }
        if (scope.names() != null) {
            return scope.names().stream().allMatch(tenant -> sequence < of(tenant));
        }
        return sequence < others
                && byTenant.entrySet().stream()
                        .allMatch(entry ->
                                sequence < entry.getValue() || entry.getKey().equals(TenantScope.SYSTEM));
    }

    /** Whether just the same has expired by another horizon of what a caller may see. */
    public boolean isSameFor(TenantScope scope, ShardHorizon other) {
        if (equals(other)) {
            return true;
        }
        if (scope.names() != null) {
            return scope.names().stream().allMatch(tenant -> of(tenant) == other.of(tenant));
        }
        return others == other.others
                && Stream.concat(named().stream(), other.named().stream())
                        .allMatch(tenant -> tenant.equals(TenantScope.SYSTEM) || of(tenant) == other.of(tenant));
    }

    /** Whether an event with this sequence has expired. */
    public boolean hides(EventView event, long sequence) {
        return sequence < highest && sequence < of(event.text(EventField.TENANT));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ShardHorizon horizon && others == horizon.others && byTenant.equals(horizon.byTenant);
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(others) + byTenant.hashCode();
    }

    @Override
    public String toString() {
        return "others below " + others + ", " + byTenant;
    }
}
