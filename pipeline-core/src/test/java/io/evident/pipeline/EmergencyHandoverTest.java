package io.evident.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.evident.event.AuditEvent;
import io.evident.event.Lane;
import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import io.evident.pipeline.fixture.Events;
import io.evident.pipeline.fixture.MemoryJournal.Remains;
import io.evident.pipeline.fixture.Road;
import io.evident.pipeline.writer.EmergencyMode;
import io.evident.pipeline.writer.EmergencyPath;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.agrona.concurrent.Agent;
import org.junit.jupiter.api.Test;

/** Events that change hands between the lane, the emergency journal and the shard's own: never lost from sight, nor twice. */
class EmergencyHandoverTest {
    @Test
    void contract5_thePathIsNotLeftWhileTheEmergencyThreadWritesWhatItTookOutOfTheLane() throws Exception {
        Road road = Road.withEmergency(Road.config(8, 8, 8));
        Agent writer = agent(road, "writer-0");
        road.journal().holdAppends();
        int standard = road.offer(Events.standard(1).build(), Tier.JOURNALED);
        Thread writing = start(writer);
        await().until(() -> road.journal().appends() == 1);
        int inLane = road.offer(critical(2), Tier.SYNCED);
        assertThat(road.pipeline.shards().get(0).lanes().ring(Lane.CRITICAL).depth())
                .isEqualTo(1);
        road.clock.advanceMs(60);
        road.emergency().holdAppends();
        Thread rescuing = start(agent(road, "emergency-0"));
        await().until(road.emergency()::isAppending);

        road.journal().letAppendsGo();
        writing.join();
        for (int i = 0; i < 4; i++) {
            writer.doWork();
        }
        assertThat(road.answer(standard).isReceipt()).isTrue();
        assertThat(mode(road).isActive()).isTrue();

        road.emergency().letAppendsGo();
        rescuing.join();
        int later = road.offer(critical(3), Tier.SYNCED);
        road.settle();
        assertThat(road.answer(inLane).tier()).isEqualTo(Tier.SYNCED);
        assertThat(road.answer(later).tier()).isEqualTo(Tier.SYNCED);
        assertThat(idsInJournal(road)).containsExactly(id(1), id(2), id(3));
        assertThat(mode(road).isActive()).isFalse();
        assertThat(road.imbalances()).isEmpty();
    }

    @Test
    void theJournalIsFullUntilThereIsRoomAndNotOnlyUntilItIsTriedAgain() throws Exception {
        Road road = Road.withEmergency(Road.config(2, 2, 2));
        EmergencyPath path = road.pipeline.shards().get(0).emergency();
        Agent emergency = agent(road, "emergency-0");
        road.emergency().limit(1);
        for (int i = 1; i <= 3; i++) {
            road.offer(critical(i), Tier.SYNCED);
        }
        emergency.doWork();
        int beyond = road.offer(critical(4), Tier.SYNCED);
        emergency.doWork();
        assertThat(road.answer(beyond).reason()).isEqualTo(RefusalReason.LANE_FULL);
        assertThat(path.isFull()).isTrue();

        road.clock.advanceMs(1_001);
        emergency.doWork();
        assertThat(path.isShut()).as("the next event finds out").isFalse();
        assertThat(path.isFull()).isTrue();
        road.settle();
        assertThat(path.isFull()).isFalse();
    }

    private static Agent agent(Road road, String name) {
        return road.pipeline.agents().stream()
                .filter(each -> each.roleName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Thread start(Agent agent) {
        Thread turn = new Thread(() -> {
            try {
                agent.doWork();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        turn.start();
        return turn;
    }

    @Test
    void contract8_anEventThatIsFoundInTheJournalAlreadyIsListedInOneOfThemOnly() {
        Road road = Road.withEmergency(Road.config(8, 8, 8));
        road.journal().failAppend(1, new IOException("disk"), Remains.THE_BLOCK);
        int inDoubt = road.offer(critical(1), Tier.SYNCED);
        road.settle();
        assertThat(road.answer(inDoubt).reason()).isEqualTo(RefusalReason.OUTCOME_UNKNOWN);
        int again = road.offer(critical(1), Tier.SYNCED);
        road.settle();
        assertThat(road.answer(again).tier()).isEqualTo(Tier.SYNCED);

        Road next = road.restarted();
        assertThat(next.emergency().blocks()).hasSize(1);
        next.settle();

        assertThat(idsInJournal(next)).containsExactly(id(1));
        assertThat(next.emergency().blocks()).isEmpty();
        assertThat(next.emergency().discardedThrough())
                .as("no block says yet that it is folded in")
                .isZero();
        Road onceMore = next.restarted();
        onceMore.settle();
        assertThat(idsInJournal(onceMore)).containsExactly(id(1));
        assertThat(onceMore.emergency().blocks()).isEmpty();
    }

    private static AuditEvent critical(long number) {
        return Events.of(Lane.CRITICAL, number).build();
    }

    private static UUID id(long number) {
        return Events.id(number);
    }

    private static EmergencyMode mode(Road road) {
        return road.pipeline.shards().get(0).emergency().mode();
    }

    private static List<UUID> idsInJournal(Road road) {
        return road.journal().events().values().stream().map(AuditEvent::id).toList();
    }
}
