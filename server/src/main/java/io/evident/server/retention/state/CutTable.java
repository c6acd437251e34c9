package io.evident.server.retention.state;

import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.control.RetentionControl;
import io.evident.pipeline.retention.Horizon;
import io.evident.pipeline.retention.ShardHorizon;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The first sequence that is kept in each shard, of each tenant that has an entry of its own, and of all others. Cuts only move
 * forward, but for a start that finds the end of a shard lost. Immutable.
 */
public final class CutTable {
    /** Nothing has expired. */
    static final CutTable NONE = new CutTable(new TreeMap<>());

    private static final String OTHERS = RetentionControl.OTHERS;
    private static final long[] NOTHING = {};

    /** By name; {@link RetentionControl#OTHERS} for all others. Never changed, without zeros at the end. */
    private final SortedMap<String, long[]> cuts;

    private CutTable(SortedMap<String, long[]> cuts) {
        cuts.computeIfPresent(OTHERS, (name, perShard) -> perShard.length == 0 ? null : perShard);
        this.cuts = cuts;
    }

    /** Of cuts per shard; throws {@link IllegalArgumentException} for a negative one. */
    static CutTable of(Map<String, long[]> cuts) {
        TreeMap<String, long[]> kept = new TreeMap<>();
        cuts.forEach((name, perShard) -> kept.put(name, trimmed(perShard)));
        return new CutTable(kept);
    }

    private static long[] trimmed(long[] perShard) {
        int length = perShard.length;
        for (long cut : perShard) {
            if (cut < 0) {
                throw new IllegalArgumentException("a cut is " + cut);
            }
        }
        while (length > 0 && perShard[length - 1] == 0) {
            length--;
        }
        return Arrays.copyOf(perShard, length);
    }

    /** Tenants with an entry of their own. */
    public Set<String> tenants() {
        Set<String> tenants = new TreeSet<>(cuts.keySet());
        tenants.remove(OTHERS);
        return Collections.unmodifiableSet(tenants);
    }

    /** Tenants with an entry of their own, and all others. */
    public Set<String> names() {
        Set<String> names = new TreeSet<>(cuts.keySet());
        names.add(OTHERS);
        return Collections.unmodifiableSet(names);
    }

    /** The cut of a name in a shard; 0 when all is kept, or the name has none. */
    public long of(String name, int shard) {
        long[] perShard = cuts.getOrDefault(name, NOTHING);
        return shard < perShard.length ? perShard[shard] : 0;
    }

    /** The cut that a tenant goes by in a shard: its own, or that of all others. */
    public long by(String tenant, int shard) {
        return of(cuts.containsKey(tenant) || tenant.equals(TenantScope.SYSTEM) ? tenant : OTHERS, shard);
    }

    /** The cuts of a name, by shard; 0 behind the last. */
    long[] of(String name) {
        return cuts.getOrDefault(name, NOTHING).clone();
    }

    /** With an entry for a tenant, which begins where all others are; Evident's own never was one of them. */
    CutTable with(String tenant) {
        if (cuts.containsKey(tenant)) {
            return this;
        }
        TreeMap<String, long[]> more = new TreeMap<>(cuts);
        more.put(tenant, tenant.equals(TenantScope.SYSTEM) ? NOTHING : cuts.getOrDefault(OTHERS, NOTHING));
        return new CutTable(more);
    }

    /** With cuts moved forward to where they are wanted; one that is there or further stays. */
    CutTable raised(Map<String, long[]> wanted) {
        TreeMap<String, long[]> moved = new TreeMap<>(cuts);
        wanted.forEach((name, perShard) -> {
            long[] before = cuts.getOrDefault(name, NOTHING);
            long[] after = Arrays.copyOf(before, Math.max(before.length, perShard.length));
            for (int shard = 0; shard < perShard.length; shard++) {
                after[shard] = Math.max(after[shard], perShard[shard]);
            }
            moved.put(name, trimmed(after));
        });
        return new CutTable(moved);
    }

    /** With no cut behind the next sequence of its shard, and none of shards behind the last of these. */
    CutTable lowered(long[] nextSequences) {
        TreeMap<String, long[]> moved = new TreeMap<>();
        cuts.forEach((name, perShard) -> {
            long[] after = Arrays.copyOf(perShard, Math.min(perShard.length, nextSequences.length));
            for (int shard = 0; shard < after.length; shard++) {
                after[shard] = Math.min(after[shard], nextSequences[shard]);
            }
            moved.put(name, trimmed(after));
        });
        return new CutTable(moved);
    }

    /** Without the entries of tenants that nobody needs and that are just where they would be without one. */
    CutTable onlyNeeded(Set<String> needed) {
        TreeMap<String, long[]> kept = new TreeMap<>(cuts);
        for (String tenant : tenants()) {
            long[] without = tenant.equals(TenantScope.SYSTEM) ? NOTHING : cuts.getOrDefault(OTHERS, NOTHING);
            if (!needed.contains(tenant) && Arrays.equals(cuts.get(tenant), without)) {
                kept.remove(tenant);
            }
        }
        return new CutTable(kept);
    }

    /** What everybody who reads goes by. */
    public Horizon horizon(long version) {
        int shards = cuts.values().stream()
                .mapToInt(perShard -> perShard.length)
                .max()
                .orElse(0);
        List<ShardHorizon> perShard = new ArrayList<>();
        for (int shard = 0; shard < shards; shard++) {
            Map<String, Long> byTenant = new HashMap<>();
            for (String tenant : tenants()) {
                byTenant.put(tenant, of(tenant, shard));
            }
            perShard.add(new ShardHorizon(of(OTHERS, shard), byTenant));
        }
        return new Horizon(version, perShard);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CutTable table
                && cuts.keySet().equals(table.cuts.keySet())
                && cuts.entrySet().stream()
                        .allMatch(entry -> Arrays.equals(entry.getValue(), table.cuts.get(entry.getKey())));
    }

    @Override
    public int hashCode() {
        return cuts.keySet().hashCode();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        cuts.forEach((name, perShard) -> text.append(name).append(Arrays.toString(perShard)));
        return text.toString();
    }
}
