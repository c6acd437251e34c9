package io.evident.storage.index.part;

import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.retention.ShardHorizon;
import io.evident.storage.index.events.Events;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What has expired of a part, for one horizon. Only tenants that the horizon names are looked up, however many others there
 * are. Used once.
 */
final class KeptEvents {
    private final PartView part;
    private final ShardHorizon horizon;
    private final List<Events> named = new ArrayList<>();
    private final List<Integer> namedFrom = new ArrayList<>();
    private final int othersFrom;
    private int from;

    KeptEvents(PartView part, ShardHorizon horizon) {
        this.part = part;
        this.horizon = horizon;
        this.othersFrom = number(horizon.ofOthers());
        this.from = othersFrom;
    }

    /** The first event of a tenant that is kept. */
    int from(String tenant) {
        return number(horizon.of(tenant));
    }

    private int number(long sequence) {
        return (int) Math.max(0, Math.min(part.events(), sequence - part.firstSequence()));
    }

    /** Looks up what has expired of all tenants but Evident's own. */
    KeptEvents ofAll() {
        FieldTerms tenants = part.terms(IndexField.TENANT);
        for (String tenant : horizon.named()) {
            int term = tenant.equals(TenantScope.SYSTEM)
                    ? FieldTerms.NONE
                    : tenants.find(tenant.getBytes(StandardCharsets.UTF_8));
            if (term != FieldTerms.NONE) {
                int keptFrom = from(tenant);
                named.add(tenants.events(term));
                namedFrom.add(keptFrom);
                from = Math.min(from, keptFrom);
            }
        }
        return this;
    }

    /** The first event behind those that have expired whoever's they are. */
    int from() {
        return from;
    }

    /** Those from there on that have expired as well. */
    Events expiredBehind() {
        List<Events> expired = new ArrayList<>();
        if (from < othersFrom) {
            add(Events.row(from, othersFrom).andNot(Events.union(named, part.events())), expired);
        }
        for (int i = 0; i < named.size(); i++) {
            add(named.get(i).within(from, namedFrom.get(i)), expired);
        }
        return Events.union(expired, part.events());
    }

    private static void add(Events some, List<Events> to) {
        if (!some.isEmpty()) {
            to.add(some);
        }
    }
}
