package io.evident.server.retention;

import io.evident.pipeline.control.RetentionControl;
import io.evident.pipeline.retention.Horizon;
import io.evident.pipeline.retention.RetentionRule;
import io.evident.pipeline.retention.ShardHorizon;
import io.evident.server.retention.state.RetentionState;
import io.evident.server.retention.state.RetentionStore;
import io.evident.storage.retention.TenantTally;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out what has expired by the rules as they are, and moves the horizon there. For the retention thread. */
final class HorizonMover {
    private static final Logger LOG = LoggerFactory.getLogger(HorizonMover.class);

    private final RetentionStore store;
    private final AgeCuts ages;
    private final RetentionFigures figures;
    /** The segments, and shards as a whole, that cannot be read and about which the log says so. */
    private final Set<String> told = new HashSet<>();

    private int turn;

    HorizonMover(RetentionStore store, AgeCuts ages, RetentionFigures figures) {
        this.store = store;
        this.ages = ages;
        this.figures = figures;
    }

    /**
     * Moves it. Each time another shard is the first: there may not be time for all.
     *
     * @param shards by their numbers
     * @param goOn asked before each step; when not, the horizon moves as far as was looked, and the next call goes on
     * @throws IOException when the new horizon could not be written: the old one counts
     */
    void move(List<? extends RetainedShard> shards, long nowNs, BooleanSupplier goOn) throws IOException {
        RetentionState state = store.state();
        Map<String, long[]> wanted = new TreeMap<>();
        for (int i = 0; i < shards.size(); i++) {
            RetainedShard shard = shards.get(Math.floorMod(turn + i, shards.size()));
            byAge(shard, state, shards.size(), nowNs, goOn, wanted);
        }
        turn++;
        bySize(shards, state, goOn, wanted);
        // What was found holds for the rules and holds that it was found by. Others have come meanwhile? Then the next
        // time.
        store.change(now -> now.saysTheSameAs(state) ? now.raised(wanted) : now);
    }

    private void byAge(
            RetainedShard shard,
            RetentionState state,
            int shards,
            long nowNs,
            BooleanSupplier goOn,
            Map<String, long[]> wanted)
            throws IOException {
        try {
            List<Integer> sealed = null;
            Map<Long, Long> cuts = new TreeMap<>();
            for (String name : state.cuts().names()) {
                RetentionRule rule = state.effective(name);
                if (state.isStill(name) || !rule.byAge()) {
                    continue;
                }
                sealed = sealed == null ? shard.sealed() : sealed;
                Long cut = cuts.get(rule.keepForSeconds());
                if (cut == null) {
                    cut = ages.cut(shard, sealed, rule.keepForSeconds(), nowNs, goOn);
                    cuts.put(rule.keepForSeconds(), cut);
                }
                wanted.computeIfAbsent(name, key -> new long[shards])[
                        shard.blocks().shard()] = cut;
            }
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            figures.failed();
            LOG.warn(
                    "what is too old in shard {} could not be found out",
                    shard.blocks().shard(),
                    e);
        }
    }

    private void bySize(
            List<? extends RetainedShard> shards,
            RetentionState state,
            BooleanSupplier goOn,
            Map<String, long[]> wanted)
            throws IOException {
        List<String> names = state.rules().keySet().stream()
                .filter(name -> !state.isStill(name) && state.effective(name).bySize())
                .toList();
        if (names.isEmpty()) {
            return;
        }
        List<SizeCuts.Sealed> segments = new ArrayList<>();
        for (RetainedShard shard : shards) {
            if (!addSealed(shard, goOn, segments)) {
                // What is newest is only known when all are: the next time.
                return;
            }
        }
        // What expires by its age in this look is not counted any more.
        RetentionState aged = state.raised(wanted);
        SizeCuts sizes = new SizeCuts(segments, aged, shards.size(), gone(shards, aged));
        for (String name : names) {
            long[] cuts = sizes.of(name, state.effective(name).keepBytes());
            wanted.merge(name, cuts, HorizonMover::further);
            if (name.equals(RetentionControl.OTHERS)) {
                // Who has an entry only as it did not catch up yet is one of them.
                state.cuts().tenants().stream()
                        .filter(tenant -> !state.standsApart(tenant))
                        .forEach(tenant -> wanted.merge(tenant, cuts, HorizonMover::further));
            }
        }
    }

    /** Asks each segment once. */
    private SizeCuts.Gone gone(List<? extends RetainedShard> shards, RetentionState state) {
        Horizon horizon = state.cuts().horizon(state.version());
        Map<SizeCuts.Sealed, Map<String, TenantTally>> known = new HashMap<>();
        return segment -> {
            if (!known.containsKey(segment)) {
                RetainedShard shard = shards.get(segment.shard());
                known.put(segment, expired(shard, segment.segment(), horizon.of(segment.shard())));
            }
            return known.get(segment);
        };
    }

    private Map<String, TenantTally> expired(RetainedShard shard, int segment, ShardHorizon horizon)
            throws IOException {
        try {
            return shard.expired(segment, horizon).tenants();
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            tellOnce(shard, segment, e);
            return null;
        }
    }

    private boolean addSealed(RetainedShard shard, BooleanSupplier goOn, List<SizeCuts.Sealed> segments)
            throws IOException {
        int place = 0;
        Map<Integer, Long> smallestBehind = ComingAgain.smallestBehind(shard.blocks());
        for (int segment : sealed(shard)) {
            if (!goOn.getAsBoolean()) {
                return false;
            }
            try {
                segments.add(new SizeCuts.Sealed(
                        shard.blocks().shard(),
                        place++,
                        segment,
                        shard.content(segment),
                        smallestBehind.getOrDefault(segment, Long.MAX_VALUE)));
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                tellOnce(shard, segment, e);
            }
        }
        return true;
    }

    /** None of a shard of which that cannot be told now: it keeps no other. */
    private List<Integer> sealed(RetainedShard shard) throws InterruptedIOException {
        try {
            return shard.sealed();
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            if (told.add(String.valueOf(shard.blocks().shard()))) {
                figures.failed();
                LOG.warn(
                        "what shard {} holds is not counted now", shard.blocks().shard(), e);
            }
            return List.of();
        }
    }

    private void tellOnce(RetainedShard shard, int segment, IOException failure) {
        if (told.add(shard.blocks().shard() + "/" + segment)) {
            figures.failed();
            LOG.warn("segment {} cannot be read, and is not counted", shard.name(segment), failure);
        }
    }

    private static long[] further(long[] one, long[] other) {
        long[] longer = one.length >= other.length ? one : other;
        long[] shorter = one.length >= other.length ? other : one;
        long[] further = Arrays.copyOf(longer, longer.length);
        for (int shard = 0; shard < shorter.length; shard++) {
            further[shard] = Math.max(further[shard], shorter[shard]);
        }
        return further;
    }
}
