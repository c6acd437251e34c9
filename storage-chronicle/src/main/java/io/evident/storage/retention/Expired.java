package io.evident.storage.retention;

import java.util.Map;

/**
 * What has expired of what a segment still holds.
 *
 * @param tenants per tenant that has expired events there; exact
 * @param all whether nothing else is left in it
 */
public record Expired(Map<String, TenantTally> tenants, boolean all) {
    public Expired {
        tenants = Map.copyOf(tenants);
    }

    /** How many events have. */
    public long events() {
        return tenants.values().stream().mapToLong(TenantTally::events).sum();
    }

    /** Their bytes before compression. */
    public long bytes() {
        return tenants.values().stream().mapToLong(TenantTally::bytes).sum();
    }
}
