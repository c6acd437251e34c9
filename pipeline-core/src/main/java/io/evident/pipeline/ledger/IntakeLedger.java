package io.evident.pipeline.ledger;

import io.evident.event.EventField;
import io.evident.event.EventView;
import io.evident.event.Lane;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;

/**
 * Contract 3: received = stored + duplicate + refused + in flight, per tenant and lane. Tenants beyond the limit are
 * counted together under {@code -}, as is what names no tenant. Thread-safe; finding a known tenant's counters takes
 * neither lock nor allocation.
 */
public final class IntakeLedger {
    /** The name of what names no tenant, or one too many. */
    public static final String UNKNOWN = "-";

    private final Utf8Table<TenantCounters> tenants = new Utf8Table<>();
    private final AtomicInteger nextIndex = new AtomicInteger();
    private final TenantCounters unknown = counters(UNKNOWN);
    private final int maxTenants;

    /**
     * @param maxTenants most tenants that are counted apart
     */
    public IntakeLedger(int maxTenants) {
        this.maxTenants = maxTenants;
    }

    private TenantCounters counters(String tenant) {
        return new TenantCounters(tenant, nextIndex.getAndAdd(TenantCounters.SETS));
    }

    /** The counts of what named no tenant, or one too many. */
    public TenantCounters unknown() {
        return unknown;
    }

    /** The counts of an event's tenant. */
    public TenantCounters of(EventView event) {
        int offset = event.fieldOffset(EventField.TENANT);
        int length = event.fieldLength(EventField.TENANT);
        TenantCounters known = tenants.get(event.bytes(), offset, length);
        if (known != null) {
            return known;
        }
        if (length == 0 || length > EventField.TENANT.maxBytes()) {
            return unknown;
        }
        if (tenants.size() >= maxTenants) {
            // Another thread may have registered it, as the last one, since it was asked for above.
            TenantCounters meanwhile = tenants.get(event.bytes(), offset, length);
            return meanwhile == null ? unknown : meanwhile;
        }
        return tenants.computeIfAbsent(event.bytes(), offset, length, this::counters);
    }

    /**
     * The counts of an event's tenant if it is known already, otherwise the unknown ones; for an event whose tenant is the
     * reason why it is refused.
     */
    public TenantCounters ofKnown(EventView event) {
        TenantCounters known =
                tenants.get(event.bytes(), event.fieldOffset(EventField.TENANT), event.fieldLength(EventField.TENANT));
        return known == null ? unknown : known;
    }

    /** All counters, in no particular order; the unknown ones are the first. */
    public List<TenantCounters> all() {
        List<TenantCounters> all = new ArrayList<>();
        all.add(unknown);
        all.addAll(tenants.values());
        return all;
    }

    /** The sum of one count over all tenants and lanes, for example {@code total(LaneCounters::stored)}. */
    public long total(ToLongFunction<LaneCounters> count) {
        long sum = 0;
        for (TenantCounters tenant : all()) {
            sum += count.applyAsLong(tenant.lane(null));
            for (Lane lane : Lane.values()) {
                sum += count.applyAsLong(tenant.lane(lane));
            }
        }
        return sum;
    }

    /** The sum of one count over all tenants in one lane. */
    public long total(Lane lane, ToLongFunction<LaneCounters> count) {
        long sum = 0;
        for (TenantCounters tenant : all()) {
            sum += count.applyAsLong(tenant.lane(lane));
        }
        return sum;
    }
}
