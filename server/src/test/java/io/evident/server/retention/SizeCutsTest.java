package io.evident.server.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.pipeline.retention.RetentionHold;
import io.evident.pipeline.retention.RetentionRule;
import io.evident.server.retention.state.RetentionState;
import io.evident.storage.retention.TenantTally;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SizeCutsTest {
    private static SizeCuts.Sealed sealed(int shard, int place, long newestNs, Map<String, Long> bytes) {
        Map<String, TenantTally> tenants = new java.util.HashMap<>();
        bytes.forEach((tenant, size) ->
                tenants.put(tenant, new TenantTally(1, size, place * 100L, place * 100L + 99, newestNs)));
        return new SizeCuts.Sealed(shard, place, place, new SegmentContent(tenants, newestNs), Long.MAX_VALUE);
    }

    private static RetentionState rules(String... names) {
        RetentionState state = RetentionState.NONE;
        for (String name : names) {
            state = state.withRule(name, new RetentionRule(0, 1));
        }
        return state;
    }

    /** Nothing is cut within a segment. */
    private static long[] of(
            String name, long keepBytes, List<SizeCuts.Sealed> segments, RetentionState state, int shards) {
        try {
            return new SizeCuts(segments, state, shards, segment -> {
                        throw new AssertionError("no cut goes through " + segment);
                    })
                    .of(name, keepBytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void keepsTheNewestThatFitOverAllShards() {
        List<SizeCuts.Sealed> segments = List.of(
                sealed(0, 0, 10, Map.of("acme", 50L)),
                sealed(0, 1, 30, Map.of("acme", 50L)),
                sealed(1, 0, 20, Map.of("acme", 50L)),
                sealed(1, 1, 40, Map.of("acme", 50L)));
        RetentionState cuts = rules("acme");
        assertThat(of("acme", 200, segments, cuts, 2)).isEmpty();
        assertThat(of("acme", 199, segments, cuts, 2)).containsExactly(100, 0);
        assertThat(of("acme", 100, segments, cuts, 2)).containsExactly(100, 100);
        assertThat(of("acme", 99, segments, cuts, 2)).containsExactly(200, 100);
        assertThat(of("acme", 1, segments, cuts, 2)).containsExactly(200, 200);
    }

    @Test
    void nothingOlderFitsBehindTheFirstThatDoesNot() {
        List<SizeCuts.Sealed> segments = List.of(
                sealed(0, 0, 10, Map.of("acme", 1L)),
                sealed(0, 1, 20, Map.of("acme", 1_000L)),
                sealed(0, 2, 30, Map.of("acme", 1L)));
        assertThat(of("acme", 100, segments, rules("acme"), 1)).containsExactly(200);
    }

    @Test
    void countsNeitherOtherTenantsNorWhatHasExpired() {
        List<SizeCuts.Sealed> segments = List.of(
                sealed(0, 0, 10, Map.of("acme", 50L, "globex", 9_000L)),
                sealed(0, 1, 20, Map.of("acme", 50L, "_system", 9_000L)));
        RetentionState cuts = rules("acme").raised(Map.of("acme", new long[] {100}));
        assertThat(of("acme", 50, segments, cuts, 1))
                .as("nothing more than what had")
                .isEmpty();
        assertThat(of("*", 9_000, segments, cuts, 1)).isEmpty();
        assertThat(of("*", 8_999, segments, cuts, 1)).containsExactly(100);
    }

    @Test
    void aSegmentThatIsKeptIsNeverPassedOverForAnOlderOneBehindIt() {
        List<SizeCuts.Sealed> segments =
                List.of(sealed(0, 0, 50, Map.of("acme", 60L)), sealed(0, 1, 10, Map.of("acme", 60L)));
        assertThat(of("acme", 100, segments, rules("acme"), 1))
                .as("a clock was set back in between")
                .isEmpty();
    }

    @Test
    void doesNotCountWhatHasExpiredOfASegmentThatACutGoesThrough() throws IOException {
        List<SizeCuts.Sealed> segments =
                List.of(sealed(0, 0, 10, Map.of("acme", 60L)), sealed(0, 1, 20, Map.of("acme", 40L)));
        RetentionState state = rules("acme").raised(Map.of("acme", new long[] {90}));
        Map<String, TenantTally> gone = Map.of("acme", new TenantTally(1, 55, 0, 89, 10));
        assertThat(new SizeCuts(segments, state, 1, segment -> gone).of("acme", 50))
                .as("5 and 40 are left")
                .isEmpty();
        assertThat(new SizeCuts(segments, state, 1, segment -> gone).of("acme", 44))
                .containsExactly(100);
        assertThat(new SizeCuts(segments, state, 1, segment -> null).of("acme", 40))
                .as("what cannot be told is not counted")
                .isEmpty();
    }

    @Test
    void doesNotReachIntoWhatIsBehindWhereSequencesComeAgain() {
        SizeCuts.Sealed first = sealed(0, 0, 10, Map.of("acme", 60L));
        List<SizeCuts.Sealed> segments =
                List.of(new SizeCuts.Sealed(0, 0, 0, first.content(), 70), sealed(0, 1, 20, Map.of("acme", 60L)));
        assertThat(of("acme", 60, segments, rules("acme"), 1)).containsExactly(70);
    }

    @Test
    void countsTenantsThatHadARuleWithAllOthersAndHeldOnesNot() {
        RetentionState state = rules("*")
                .withHold("acme", new RetentionHold("case 17", 0, "kim"))
                .withHold("globex", new RetentionHold("case 17", 0, "kim"))
                .raised(Map.of("*", new long[] {100}))
                .withoutHold("acme");
        assertThat(state.cuts().tenants()).contains("acme");
        List<SizeCuts.Sealed> segments = List.of(
                sealed(0, 1, 20, Map.of("acme", 50L, "globex", 9_000L)), sealed(0, 2, 30, Map.of("initech", 50L)));
        assertThat(of("*", 100, segments, state, 1)).isEmpty();
        assertThat(of("*", 99, segments, state, 1)).containsExactly(200);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void keepsAtMostTheSizeAndNoLessThanOneSegmentUnderIt(long seed) {
        Random random = new Random(seed);
        List<SizeCuts.Sealed> segments = new ArrayList<>();
        int[] places = new int[3];
        long largest = 0;
        for (int i = 0; i < 60; i++) {
            int shard = random.nextInt(3);
            long bytes = 1L + random.nextInt(1_000);
            largest = Math.max(largest, bytes);
            segments.add(sealed(shard, places[shard]++, i, Map.of("acme", bytes)));
        }
        long keep = 1L + random.nextInt(20_000);
        long[] cut = of("acme", keep, segments, rules("acme"), 3);
        long kept = 0;
        long all = 0;
        for (SizeCuts.Sealed sealed : segments) {
            long bytes = sealed.content().bytes();
            all += bytes;
            boolean gone = cut.length > 0 && sealed.content().lastSequence() < cut[sealed.shard()];
            kept += gone ? 0 : bytes;
        }
        assertThat(kept).as("seed %d", seed).isLessThanOrEqualTo(keep);
        assertThat(kept).as("seed %d", seed).isGreaterThan(Math.min(all - 1, keep - largest - 1));
    }
}
