package io.evident.pipeline.admission;

import io.evident.event.EventField;
import io.evident.event.EventView;
import io.evident.pipeline.ledger.Utf8Table;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;

/**
 * The tenants a caller may use. Evident's own tenant {@value #SYSTEM} is never part of "all": it has to be named.
 * Immutable.
 */
public final class TenantScope {
    /** Evident's own tenant. */
    public static final String SYSTEM = "_system";

    private static final byte[] SYSTEM_UTF8 = SYSTEM.getBytes(StandardCharsets.UTF_8);
    private static final TenantScope ALL_BUT_SYSTEM = new TenantScope(null);

    /** {@code null} stands for all but {@link #SYSTEM}. */
    private final Set<String> tenants;
    /** The same for the bytes of an event: asked once per event, so it must not make a text of them. */
    private final Utf8Table<String> byUtf8 = new Utf8Table<>();

    private TenantScope(Set<String> tenants) {
        this.tenants = tenants;
        if (tenants != null) {
            for (String tenant : tenants) {
                byte[] utf8 = tenant.getBytes(StandardCharsets.UTF_8);
                byUtf8.computeIfAbsent(utf8, 0, utf8.length, name -> name);
            }
        }
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

    /** The names, or {@code null} for all but {@link #SYSTEM}. */
    public Set<String> names() {
        return tenants;
    }

    /** Scopes of the same tenants are equal. */
    @Override
    public boolean equals(Object other) {
        return other instanceof TenantScope scope && Objects.equals(tenants, scope.tenants);
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(tenants);
    }

    @Override
    public String toString() {
        return tenants == null ? "all but " + SYSTEM : tenants.toString();
    }

    /** Whether the tenant of an event is among them. */
    public boolean contains(EventView event) {
        return tenants == null
                ? !event.fieldEquals(EventField.TENANT, SYSTEM_UTF8)
                : byUtf8.get(event.bytes(), event.fieldOffset(EventField.TENANT), event.fieldLength(EventField.TENANT))
                        != null;
    }

    /** Whether a tenant is among them. */
    public boolean contains(String tenant) {
        return tenants == null ? !SYSTEM.equals(tenant) : tenants.contains(tenant);
    }
}
