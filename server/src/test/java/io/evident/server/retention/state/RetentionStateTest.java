package io.evident.server.retention.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.pipeline.retention.Horizon;
import io.evident.pipeline.retention.RetentionHold;
import io.evident.pipeline.retention.RetentionRule;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetentionStateTest {
    private static final RetentionRule DAY = new RetentionRule(86_400, 0);
    private static final RetentionHold HOLD = new RetentionHold("case 17", 0, "kim");
    private static final List<String> TENANTS = List.of("acme", "globex", "initech", "_system", "never-named");
    private static final int SHARDS = 3;

    private static long[] at(Horizon horizon, String tenant) {
        long[] cuts = new long[SHARDS];
        for (int shard = 0; shard < SHARDS; shard++) {
            cuts[shard] = horizon.of(shard).of(tenant);
        }
        return cuts;
    }

    private static Horizon horizon(RetentionState state) {
        return state.cuts().horizon(state.version());
    }

    @Test
    void aTenantWithAnEntryOfItsOwnBeginsWhereAllOthersAre() {
        RetentionState state = RetentionState.NONE.withRule("*", DAY).raised(Map.of("*", new long[] {5, 0, 7}));
        state = state.withHold("acme", HOLD).withHold("_system", HOLD);
        state = state.raised(Map.of("*", new long[] {9, 9, 9}));
        assertThat(at(horizon(state), "acme")).containsExactly(5, 0, 7);
        assertThat(at(horizon(state), "globex")).containsExactly(9, 9, 9);
        assertThat(at(horizon(state), "_system")).containsExactly(0, 0, 0);
    }

    @Test
    void aReleasedTenantIsOneOfAllOthersOnceItsHorizonIsTheSame() {
        RetentionState state = RetentionState.NONE
                .withRule("*", DAY)
                .withHold("acme", HOLD)
                .raised(Map.of("*", new long[] {9}))
                .withoutHold("acme");
        assertThat(state.cuts().tenants()).as("it did not catch up yet").containsExactly("acme");
        assertThat(at(horizon(state), "acme")).containsExactly(0, 0, 0);
        state = state.raised(Map.of("*", new long[] {9}, "acme", new long[] {9}));
        assertThat(state.cuts().tenants()).isEmpty();
        assertThat(at(horizon(state), "acme")).containsExactly(9, 0, 0);
    }

    @Test
    void theRuleOfAllOthersIsNeverThatOfEvidentsOwnTenant() {
        RetentionState state = RetentionState.NONE.withRule("*", DAY);
        assertThat(state.effective("acme")).isEqualTo(DAY);
        assertThat(state.effective("_system")).isNull();
        assertThat(state.withRule("_system", DAY).effective("_system")).isEqualTo(DAY);
        assertThat(state.isStill("acme")).isFalse();
        assertThat(state.withHold("acme", HOLD).isStill("acme")).isTrue();
        assertThat(RetentionState.NONE.isStill("*")).isTrue();
    }

    @Test
    void noCutIsLeftBehindTheNextSequenceOfItsShardWhenAStartFindsItsEndLost() {
        RetentionState state = RetentionState.NONE
                .withRule("*", DAY)
                .withRule("acme", DAY)
                .raised(Map.of("*", new long[] {1_000, 7, 5}, "acme", new long[] {800, 9}));
        RetentionState lowered = state.lowered(new long[] {900, 7});
        assertThat(at(horizon(lowered), "globex")).containsExactly(900, 7, 0);
        assertThat(at(horizon(lowered), "acme")).containsExactly(800, 7, 0);
        assertThat(lowered.rules()).isEqualTo(state.rules());
        assertThat(state.lowered(new long[] {1_000, 9, Long.MAX_VALUE})).isEqualTo(state);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whateverChangesNoTenantsHorizonMovesBackAndOnlyWhoseCutsWereRaisedMoves(long seed) {
        Random random = new Random(seed);
        RetentionState state = RetentionState.NONE;
        for (int step = 0; step < 500; step++) {
            RetentionState before = state;
            String tenant = TENANTS.get(random.nextInt(4));
            String name = random.nextInt(4) == 0 ? "*" : tenant;
            Map<String, long[]> wanted = new HashMap<>();
            switch (random.nextInt(5)) {
                case 0 -> state = state.withRule(name, DAY);
                case 1 -> state = state.withoutRule(name);
                case 2 -> state = state.withHold(tenant, HOLD);
                case 3 -> state = state.withoutHold(tenant);
                default -> {
                    for (String each : state.cuts().names()) {
                        if (!state.isStill(each)) {
                            wanted.put(
                                    each,
                                    random.longs(1 + random.nextInt(SHARDS), 0, step + 1L)
                                            .toArray());
                        }
                    }
                    state = state.raised(wanted);
                }
            }
            for (String each : TENANTS) {
                String as = "seed " + seed + ", step " + step + ", " + each + ": " + before.cuts() + " " + state.cuts();
                long[] was = at(horizon(before), each);
                long[] is = at(horizon(state), each);
                for (int shard = 0; shard < SHARDS; shard++) {
                    assertThat(is[shard]).as(as).isGreaterThanOrEqualTo(was[shard]);
                }
                String under = before.cuts().tenants().contains(each) ? each : "*";
                if (!wanted.containsKey(under) || (under.equals("*") && each.equals("_system"))) {
                    assertThat(is).as(as).isEqualTo(was);
                }
            }
        }
    }
}
