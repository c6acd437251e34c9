package io.evident.server.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.pipeline.retention.RetentionRule;
import io.evident.server.retention.state.CutTable;
import io.evident.server.retention.state.RetentionState;
import io.evident.storage.retention.TenantTally;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SizeCutsTest {
    private static final RetentionState ACME = RetentionState.NONE.withRule("acme", new RetentionRule(0, 1));

    private static SizeCuts.Sealed sealed(int shard, int place, long newestNs, Map<String, Long> bytes) {
        Map<String, TenantTally> tenants = new java.util.HashMap<>();
        bytes.forEach((tenant, size) ->
                tenants.put(tenant, new TenantTally(1, size, place * 100L, place * 100L + 99, newestNs)));
        return new SizeCuts.Sealed(shard, place, new SegmentContent(tenants, newestNs));
    }

    @Test
    void keepsTheNewestThatFitOverAllShards() {
        List<SizeCuts.Sealed> segments = List.of(
                sealed(0, 0, 10, Map.of("acme", 50L)),
                sealed(0, 1, 30, Map.of("acme", 50L)),
                sealed(1, 0, 20, Map.of("acme", 50L)),
                sealed(1, 1, 40, Map.of("acme", 50L)));
        CutTable cuts = ACME.cuts();
        assertThat(SizeCuts.of("acme", 200, segments, cuts, 2)).isEmpty();
        assertThat(SizeCuts.of("acme", 199, segments, cuts, 2)).containsExactly(100, 0);
        assertThat(SizeCuts.of("acme", 100, segments, cuts, 2)).containsExactly(100, 100);
        assertThat(SizeCuts.of("acme", 99, segments, cuts, 2)).containsExactly(200, 100);
        assertThat(SizeCuts.of("acme", 1, segments, cuts, 2)).containsExactly(200, 200);
    }

    @Test
    void nothingOlderFitsBehindTheFirstThatDoesNot() {
        List<SizeCuts.Sealed> segments = List.of(
                sealed(0, 0, 10, Map.of("acme", 1L)),
                sealed(0, 1, 20, Map.of("acme", 1_000L)),
                sealed(0, 2, 30, Map.of("acme", 1L)));
        assertThat(SizeCuts.of("acme", 100, segments, ACME.cuts(), 1)).containsExactly(200);
    }

    @Test
    void countsNeitherOtherTenantsNorWhatHasExpired() {
        List<SizeCuts.Sealed> segments = List.of(
                sealed(0, 0, 10, Map.of("acme", 50L, "globex", 9_000L)),
                sealed(0, 1, 20, Map.of("acme", 50L, "_system", 9_000L)));
        CutTable cuts = ACME.raised(Map.of("acme", new long[] {100})).cuts();
        assertThat(SizeCuts.of("acme", 50, segments, cuts, 1))
                .as("only what had")
                .containsExactly(100);
        assertThat(SizeCuts.of("*", 9_000, segments, cuts, 1)).isEmpty();
        assertThat(SizeCuts.of("*", 8_999, segments, cuts, 1)).containsExactly(100);
    }

    @Test
    void aSegmentThatIsKeptIsNeverPassedOverForAnOlderOneBehindIt() {
        List<SizeCuts.Sealed> segments =
                List.of(sealed(0, 0, 50, Map.of("acme", 60L)), sealed(0, 1, 10, Map.of("acme", 60L)));
        assertThat(SizeCuts.of("acme", 100, segments, ACME.cuts(), 1))
                .as("a clock was set back in between")
                .isEmpty();
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
        long[] cut = SizeCuts.of("acme", keep, segments, ACME.cuts(), 3);
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
