package io.evident.pipeline.admission;

import io.evident.event.EventField;
import io.evident.event.EventView;
import java.util.Set;

/**
 * The tenants a caller may use. Evident's own tenant {@value #SYSTEM} is never part of "all": it has to be named.
 * Immutable.
 */
public final class TenantScope {
    /** Evident's own tenant. */
    public static final String SYSTEM = "_system";

    private static final byte[] SYSTEM_UTF8 = SYSTEM.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    private static final TenantScope ALL_BUT_SYSTEM = new TenantScope(null);

    /** {@code null} stands for all but {@link #SYSTEM}. */
    private final Set<String> tenants;

    private TenantScope(Set<String> tenants) {
        this.tenants = tenants;
    }

    /** Every tenant but {@value #SYSTEM}. */
    public static TenantScope allButSystem() {
        return ALL_BUT_SYSTEM;
    }

    /** Exactly these tenants. */
    public static TenantScope only(String... names) {
        return new TenantScope(Set.of(names));
    }

    /** The one tenant there is, or {@code null} when there may be none or several. */
    public String soleTenant() {
        return tenants != null && tenants.size() == 1 ? tenants.iterator().next() : null;
    }

    /** Whether the tenant of an event is among them. */
    public boolean contains(EventView event) {
        return tenants == null
                ? !event.fieldEquals(EventField.TENANT, SYSTEM_UTF8)
                : tenants.contains(event.text(EventField.TENANT));
    }

    /** Whether a tenant is among them. */
    public boolean contains(String tenant) {
        return tenants == null ? !SYSTEM.equals(tenant) : tenants.contains(tenant);
    }
}
