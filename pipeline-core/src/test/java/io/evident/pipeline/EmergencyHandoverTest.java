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
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Events that change hands between the lane, the emergency journal and the shard's own: never lost from sight, nor twice. */
class EmergencyHandoverTest {
    @Test
    void contract5_thePathIsNotLeftWhileTheEmergencyThreadWritesWhatItTookOutOfTheLane() {
        Road road = Road.withEmergencyThreads(Road.config(8, 8, 8));
        try {
            road.journal().holdAppends();
            road.emergency().holdAppends();
            int standard = road.offer(Events.standard(1).build(), Tier.JOURNALED);
            await().until(() -> road.journal().appends() == 1);
            int inLane = road.offer(critical(2), Tier.SYNCED);
            await().until(road.emergency()::isAppending);

            road.journal().letAppendsGo();
            await().until(() -> road.answer(standard) != null);
            for (int i = 3; i <= 5; i++) {
                // Each of them a turn of the writer that finds nothing to fold yet.
                int more = road.offer(Events.standard(i).build(), Tier.JOURNALED);
                await().until(() -> road.answer(more) != null);
            }
            assertThat(mode(road).isActive()).isTrue();

            road.emergency().letAppendsGo();
            int later = road.offer(critical(6), Tier.SYNCED);
            await().until(() -> road.answer(inLane) != null && road.answer(later) != null);
            await().until(() -> !mode(road).isActive());
            assertThat(road.answer(inLane).tier()).isEqualTo(Tier.SYNCED);
            assertThat(idsInJournal(road)).containsExactly(id(1), id(3), id(4), id(5), id(2), id(6));
        } finally {
            assertThat(road.pipeline.close(5_000)).isTrue();
        }
        assertThat(road.imbalances()).isEmpty();
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
