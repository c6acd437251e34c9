package io.evident.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.Lane;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.fixture.Events;
import io.evident.pipeline.fixture.MemoryJournal.Remains;
import io.evident.pipeline.fixture.Road;
import io.evident.pipeline.journal.NotWrittenException;
import io.evident.pipeline.ledger.LaneCounters;
import io.evident.pipeline.recorder.OwnEvents;
import io.evident.pipeline.recorder.Patience;
import io.evident.pipeline.writer.ShardState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RoomTest {
    private static final Refusal FULL = Refusal.of(RefusalReason.DISK_FULL, "the volume needs 17 MiB more");

    @Test
    void contract5_belowTheFloorOnlyCriticalEventsAreTakenAndTheOthersAreToldWhatIsNeeded() {
        Road road = Road.open();
        road.room = lane -> lane == Lane.CRITICAL ? null : FULL;
        int critical = road.offer(Events.of(Lane.CRITICAL, 1).build(), Tier.SYNCED);
        int elevated = road.offer(Events.of(Lane.ELEVATED, 2).build(), Tier.SYNCED);
        int standard = road.offer(Events.of(Lane.STANDARD, 3).build(), Tier.ACCEPTED);

        road.settle();

        assertThat(road.answer(critical).isReceipt()).isTrue();
        assertThat(road.answer(elevated).refusal()).isEqualTo(FULL);
        assertThat(road.answer(standard).refusal()).isEqualTo(FULL);
        assertThat(road.journal().events()).hasSize(1);
        assertThat(road.imbalances()).isEmpty();
    }

    @Test
    void anEventThatIsStoredIsRecognisedThoughThereIsNoRoomAndARefusedOneMayComeAgain() {
        Road road = Road.open();
        int stored = road.offer(Events.of(Lane.STANDARD, 1).build(), Tier.SYNCED);
        road.settle();
        road.room = lane -> FULL;
        int again = road.offer(Events.of(Lane.STANDARD, 1).build(), Tier.SYNCED);
        int refused = road.offer(Events.of(Lane.STANDARD, 2).build(), Tier.SYNCED);
        road.settle();
        assertThat(road.answer(stored).isReceipt()).isTrue();
        assertThat(road.answer(again).duplicate()).isTrue();
        assertThat(road.answer(refused).reason()).isEqualTo(RefusalReason.DISK_FULL);

        road.room = lane -> null;
        int retried = road.offer(Events.of(Lane.STANDARD, 2).build(), Tier.SYNCED);
        road.settle();
        assertThat(road.answer(retried).isReceipt()).isTrue();
        assertThat(road.answer(retried).duplicate()).isFalse();
        assertThat(road.journal().events()).hasSize(2);
        assertThat(road.imbalances()).isEmpty();
    }

    @Test
    void eventsOfTheServersOwnWithALaneOfTheirOwnHaveItsRoomWhateverThePolicySays() {
        Road road = Road.open();
        road.room = lane -> lane == Lane.CRITICAL ? null : FULL;
        AuditEvent event = AuditEvent.builder(TenantScope.SYSTEM, "retention", "retention.removed")
                .resource("segment", "0/1")
                .build();
        Patience settling = (condition, timeoutMs) -> {
            road.settle();
            return condition.getAsBoolean();
        };
        OwnEvents others = new OwnEvents(road.pipeline.intake(), settling, road.clock, () -> Road.RECEIVED_NS);
        OwnEvents urgent =
                new OwnEvents(road.pipeline.intake(), settling, road.clock, () -> Road.RECEIVED_NS, Lane.CRITICAL);

        assertThat(others.store(event, 1)).isEqualTo(FULL);
        assertThat(urgent.store(event, 1)).isNull();
        assertThat(road.journal().events()).hasSize(1);
        assertThat(road.imbalances()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Tier.class)
    void contract1_contract3_contract4_aBlockThatWasNotWrittenUsesNoSequenceAndTheShardStaysOpen(Tier tier) {
        Road road = Road.open();
        road.journal().failAppend(2, new NotWrittenException(FULL, new IOException("disk")), Remains.NOTHING);
        List<Integer> indexes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            indexes.add(road.offer(Events.of(Lane.STANDARD, i).build(), tier));
            road.offer(Events.of(Lane.STANDARD, i).build(), tier); // Joins it.
            road.settle();
        }
        // Who sends the refused one again finds it not stored, and its id free.
        int retried = road.offer(Events.of(Lane.STANDARD, 1).build(), Tier.SYNCED);
        road.settle();

        assertThat(road.answer(retried).isReceipt()).isTrue();
        assertThat(road.answer(retried).sequence()).isEqualTo(2);
        assertThat(road.journal().events().keySet()).containsExactly(0L, 1L, 2L);
        if (tier != Tier.ACCEPTED) {
            assertThat(road.answer(indexes.get(1)).refusal()).isEqualTo(FULL);
            assertThat(road.answer(indexes.get(2)).sequence()).isEqualTo(1);
        }
        assertThat(road.pipeline.shards().get(0).health().state()).isEqualTo(ShardState.OPEN);
        assertThat(road.pipeline.ledger().total(LaneCounters::inFlight)).isZero();
        assertThat(road.imbalances()).isEmpty();
    }
}
