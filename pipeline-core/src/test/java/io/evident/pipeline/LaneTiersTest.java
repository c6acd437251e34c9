package io.evident.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.Lane;
import io.evident.event.Tier;
import io.evident.pipeline.PipelineConfig.TierPlan;
import io.evident.pipeline.fixture.Answer;
import io.evident.pipeline.fixture.Events;
import io.evident.pipeline.fixture.Road;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LaneTiersTest {
    /** A tier of each lane's own, turned so that each lane has each tier once. */
    private static final List<TierPlan> PLANS = List.of(
            new TierPlan(Tier.ACCEPTED, Tier.JOURNALED, Tier.SYNCED),
            new TierPlan(Tier.JOURNALED, Tier.SYNCED, Tier.ACCEPTED),
            new TierPlan(Tier.SYNCED, Tier.ACCEPTED, Tier.JOURNALED));

    private static Stream<Arguments> lanesAndPlans() {
        return PLANS.stream().flatMap(plan -> Stream.of(Lane.values()).map(lane -> Arguments.of(plan, lane)));
    }

    private static Road road(TierPlan plan) {
        PipelineConfig config = Road.config();
        return Road.open(new PipelineConfig(
                config.laneCapacities(),
                config.laneBudgets(),
                config.block(),
                config.overflowBytes(),
                config.windowIds(),
                config.windowMs(),
                config.writers(),
                config.minForceIntervalNs(),
                config.maxForceIntervalNs(),
                config.maxTenants(),
                plan));
    }

    @ParameterizedTest(name = "{1} of {0}")
    @MethodSource("lanesAndPlans")
    void contract1_answersAtTheTierOfTheLaneWhenTheSenderNamesNone(TierPlan plan, Lane lane) {
        Road road = road(plan);
        int index = road.offer(Events.of(lane, 1).build(), null);
        boolean atOnce = road.answer(index) != null;
        road.settle();

        Answer answer = road.answer(index);
        assertThat(answer.tier()).isEqualTo(plan.byLane()[lane.ordinal()]);
        assertThat(answer.lane()).isEqualTo(lane);
        assertThat(atOnce).isEqualTo(answer.tier() == Tier.ACCEPTED);
        assertThat(road.journal().events()).hasSize(1);
    }

    @ParameterizedTest(name = "{1} of {0}")
    @MethodSource("lanesAndPlans")
    void answersAtTheTierThatTheSenderNamesWhateverTheLaneHas(TierPlan plan, Lane lane) {
        for (Tier tier : Tier.values()) {
            Road road = road(plan);
            int index = road.offer(Events.of(lane, 1).build(), tier);
            road.settle();
            assertThat(road.answer(index).tier()).isEqualTo(tier);
        }
    }

    @ParameterizedTest(name = "{1} of {0}")
    @MethodSource("lanesAndPlans")
    void aDuplicateWithoutATierIsAnsweredAtTheTierOfTheLaneToo(TierPlan plan, Lane lane) {
        Road road = road(plan);
        road.offer(Events.of(lane, 1).build(), Tier.JOURNALED);
        int joined = road.offer(Events.of(lane, 1).build(), null);
        road.settle();
        assertThat(road.answer(joined).tier()).isEqualTo(plan.byLane()[lane.ordinal()]);
        assertThat(road.answer(joined).duplicate()).isTrue();
    }

    @Test
    void isSyncedForEveryLaneUnlessConfigured() {
        assertThat(Road.config().tiers().byLane()).containsOnly(Tier.SYNCED);
    }
}
