package io.evident.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.EventLayout;
import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import io.evident.pipeline.fixture.Events;
import io.evident.pipeline.fixture.Road;
import io.evident.pipeline.writer.BlockPlan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * In an overload, and while a shard is down, most of what comes is refused and sent again; that must not make the duplicate
 * window forget what is stored.
 */
class RefusedFloodTest {
    private static final int STORED = 100;
    private static final int FLOOD = 12_000;
    private static final long FIRST_OF_FLOOD = 10_000;

    private static PipelineConfig config(int laneCapacity, long overflowBytes) {
        return new PipelineConfig(
                new PipelineConfig.LanePlan(laneCapacity, laneCapacity, laneCapacity),
                new PipelineConfig.LanePlan(4, 2, 1),
                BlockPlan.defaults(),
                overflowBytes,
                1_000,
                86_400_000,
                1,
                1_000_000,
                50_000_000,
                16,
                PipelineConfig.TierPlan.SYNCED);
    }

    private static Road withStoredEvents(Road road) {
        for (int i = 0; i < STORED; i++) {
            road.offer(Events.standard(i).build(), Tier.JOURNALED);
            road.work();
        }
        return road;
    }

    /** Offers an event under fresh ids while nobody works; returns the last answer's index. */
    private static int flood(Road road, AuditEvent event) {
        EventView view = Events.view(event);
        ByteBuffer bytes = ByteBuffer.wrap(view.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        int last = -1;
        for (long i = 0; i < FLOOD; i++) {
            bytes.putLong(EventLayout.ID_LOW_OFFSET, FIRST_OF_FLOOD + i);
            last = road.offer(view, Tier.JOURNALED);
        }
        return last;
    }

    private static void assertThatTheStoredOnesAreKnown(Road road) {
        for (int i = 0; i < STORED; i++) {
            int again = road.offer(Events.standard(i).build(), Tier.JOURNALED);
            assertThat(road.answer(again)).as("event %d", i).isNotNull();
            assertThat(road.answer(again).duplicate()).as("event %d", i).isTrue();
        }
        road.settle();
        assertThat(road.imbalances()).isEmpty();
    }

    private static AuditEvent large(Lane lane, int bytes) {
        return Events.of(lane, 1)
                .attributes("{\"p\":\"" + "x".repeat(bytes) + "\"}")
                .build();
    }

    @Test
    void eventsThatAFullLaneRefusesPushNoStoredOnesOutOfTheWindow() {
        Road road = withStoredEvents(Road.open(config(2, 1 << 20)));

        int refused = flood(road, Events.standard(1).build());

        assertThat(road.answer(refused).reason()).isEqualTo(RefusalReason.LANE_FULL);
        assertThatTheStoredOnesAreKnown(road);
    }

    @ParameterizedTest
    @EnumSource(Lane.class)
    void largeEventsWithoutABufferPushNoStoredOnesOutOfTheWindow(Lane lane) {
        Road road = withStoredEvents(Road.open(config(64, 1)));

        int refused = flood(road, large(lane, 1_000));

        assertThat(road.answer(refused).reason()).isEqualTo(RefusalReason.LANE_FULL);
        assertThatTheStoredOnesAreKnown(road);
    }

    @Test
    void largeCriticalEventsWithoutABufferOnTheEmergencyPathPushNoStoredOnesOutOfTheWindow() {
        Road road = withStoredEvents(Road.withEmergency(config(64, 1)));

        int refused = flood(road, large(Lane.CRITICAL, 20_000));

        assertThat(road.answer(refused).reason()).isEqualTo(RefusalReason.LANE_FULL);
        assertThat(road.answer(refused).refusal().detail()).contains("emergency journal");
        assertThatTheStoredOnesAreKnown(road);
    }

    @ParameterizedTest
    @EnumSource(Lane.class)
    void eventsOfAFailedShardPushNoStoredOnesOutOfTheWindow(Lane lane) {
        Road road = withStoredEvents(Road.open(config(64, 1 << 20)));
        road.settle();
        road.pipeline.shards().get(0).abandon(new IOException("disk"));

        int refused = flood(road, Events.of(lane, 1).build());

        assertThat(road.answer(refused).reason()).isEqualTo(RefusalReason.UNAVAILABLE);
        assertThatTheStoredOnesAreKnown(road);
    }
}
