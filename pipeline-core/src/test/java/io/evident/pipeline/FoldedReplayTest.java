package io.evident.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.Lane;
import io.evident.event.Tier;
import io.evident.pipeline.fixture.Events;
import io.evident.pipeline.fixture.MemoryEmergency;
import io.evident.pipeline.fixture.Road;
import io.evident.pipeline.writer.BlockPlan;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A start that does not believe what the journal says of folding, and finds what is left of folded emergency events. */
class FoldedReplayTest {
    private static final int WINDOW_IDS = 64;

    private static PipelineConfig config() {
        return new PipelineConfig(
                new PipelineConfig.LanePlan(2, 2, 2),
                new PipelineConfig.LanePlan(4, 2, 1),
                BlockPlan.defaults(),
                1 << 20,
                WINDOW_IDS,
                86_400_000,
                2,
                1_000_000,
                50_000_000,
                16,
                PipelineConfig.TierPlan.SYNCED);
    }

    @ParameterizedTest(name = "{0} events since")
    @ValueSource(ints = {0, 10 * WINDOW_IDS})
    void contract2_foldsNothingInAgainHoweverLongAgoItWasFoldedIn(int since) {
        Road road = Road.withEmergency(config());
        for (int i = 1; i <= 5; i++) {
            road.offer(Events.of(Lane.CRITICAL, i).build(), Tier.SYNCED);
        }
        road.work();
        // What the discarded places still hold, as nothing was written over them.
        MemoryEmergency remnants = road.emergency().reopened();
        assertThat(remnants.events()).hasSize(3);
        road.settle();
        for (int i = 0; i < since; i++) {
            road.offer(Events.standard(1_000 + i).build(), Tier.JOURNALED);
            road.work();
        }
        road.settle();

        Road next = Road.withEmergency(config(), road.journal().reopenedWithoutBelief(), remnants);
        next.settle();

        assertThat(next.journal().events().values().stream().map(AuditEvent::id))
                .hasSize(5 + since)
                .doesNotHaveDuplicates();
        assertThat(next.pipeline.shards().get(0).emergency().mode().isActive()).isFalse();
    }
}
