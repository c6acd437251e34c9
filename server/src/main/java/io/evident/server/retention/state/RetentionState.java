package io.evident.server.retention.state;

import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.control.RetentionControl;
import io.evident.pipeline.retention.RetentionHold;
import io.evident.pipeline.retention.RetentionRule;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that {@code retention.json} says. Immutable.
 *
 * @param version higher than that of every state before
 * @param rules by tenant; {@link RetentionControl#OTHERS} for all that have none of their own
 * @param holds by tenant
 * @param cuts up to where events have expired; has an entry for every tenant with a rule or a hold
 */
public record RetentionState(
        long version, SortedMap<String, RetentionRule> rules, SortedMap<String, RetentionHold> holds, CutTable cuts) {
    /** Nothing ever expires. */
    public static final RetentionState NONE = new RetentionState(0, new TreeMap<>(), new TreeMap<>(), CutTable.NONE);

    /** Keeps copies; an entry for whoever needs one is added to the cuts, and what nobody needs is left out. */
    public RetentionState {
        rules = Collections.unmodifiableSortedMap(new TreeMap<>(rules));
        holds = Collections.unmodifiableSortedMap(new TreeMap<>(holds));
        Set<String> tenants = new HashSet<>(rules.keySet());
        tenants.addAll(holds.keySet());
        tenants.remove(RetentionControl.OTHERS);
        for (String tenant : tenants) {
            cuts = cuts.with(tenant);
        }
        cuts = cuts.onlyNeeded(tenants);
    }

    /** The rule by which the events of a name expire, or {@code null}: they do not. */
    public RetentionRule effective(String name) {
        RetentionRule own = rules.get(name);
        return own != null || name.equals(TenantScope.SYSTEM) ? own : rules.get(RetentionControl.OTHERS);
    }

    /** Whether a tenant has a rule or a hold of its own, or is Evident's own: the rule of all others is not for it. */
    public boolean standsApart(String tenant) {
        return rules.containsKey(tenant) || holds.containsKey(tenant) || tenant.equals(TenantScope.SYSTEM);
    }

    /** Whether nothing of a name expires by any rule now. */
    public boolean isStill(String name) {
        return holds.containsKey(name) || effective(name) == null;
    }

    /** With a rule for a name, in the place of the one that it had. */
    public RetentionState withRule(String tenant, RetentionRule rule) {
        SortedMap<String, RetentionRule> changed = new TreeMap<>(rules);
        changed.put(tenant, rule);
        return new RetentionState(version, changed, holds, cuts);
    }

    /** Without the rule of a name. */
    public RetentionState withoutRule(String tenant) {
        SortedMap<String, RetentionRule> changed = new TreeMap<>(rules);
        changed.remove(tenant);
        return new RetentionState(version, changed, holds, cuts);
    }

    /** With a hold on a tenant, in the place of the one that it had. */
    public RetentionState withHold(String tenant, RetentionHold hold) {
        SortedMap<String, RetentionHold> changed = new TreeMap<>(holds);
        changed.put(tenant, hold);
        return new RetentionState(version, rules, changed, cuts);
    }

    /** Without the hold on a tenant. */
    public RetentionState withoutHold(String tenant) {
        SortedMap<String, RetentionHold> changed = new TreeMap<>(holds);
        changed.remove(tenant);
        return new RetentionState(version, rules, changed, cuts);
    }

    /** With cuts moved forward, by name and shard; one that is there or further stays. */
    public RetentionState raised(Map<String, long[]> wanted) {
        return new RetentionState(version, rules, holds, cuts.raised(wanted));
    }

    /** With no cut behind the next sequence of its shard. */
    RetentionState lowered(long[] nextSequences) {
        return new RetentionState(version, rules, holds, cuts.lowered(nextSequences));
    }

    RetentionState withVersion(long newVersion) {
        return new RetentionState(newVersion, rules, holds, cuts);
    }

    /** Whether rules and holds are the same. */
    public boolean saysTheSameAs(RetentionState other) {
        return rules.equals(other.rules) && holds.equals(other.holds);
    }
}
