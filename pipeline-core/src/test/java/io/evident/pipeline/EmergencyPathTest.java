package io.evident.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.Lane;
import io.evident.event.Receipt;
import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import io.evident.pipeline.fixture.Answer;
import io.evident.pipeline.fixture.Events;
import io.evident.pipeline.fixture.Road;
import io.evident.pipeline.ledger.LaneCounters;
import io.evident.pipeline.writer.EmergencyMode;
import io.evident.pipeline.writer.EmergencyReason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmergencyPathTest {
    private final IOException disk = new IOException("disk");

    @Test
    void contract5_aCriticalEventThatFindsItsLaneFullIsSyncedInTheEmergencyJournal() {
        Road road = Road.withEmergency(Road.config(2, 2, 2));
        int first = road.offer(critical(1), Tier.SYNCED);
        road.offer(critical(2), Tier.SYNCED);
        int beyond = road.offer(critical(3), Tier.SYNCED);

        assertThat(mode(road).reason()).isEqualTo(EmergencyReason.LANE_FULL);
        road.work();

        Answer answer = road.answer(beyond);
        assertThat(answer.isReceipt()).isTrue();
        assertThat(answer.tier()).isEqualTo(Tier.SYNCED);
        assertThat(answer.lane()).isEqualTo(Lane.CRITICAL);
        assertThat(Receipt.emergencyPositionOf(answer.sequence())).isEqualTo(1);
        assertThat(road.emergency().events()).containsOnlyKeys(1L);

        road.settle();

        assertThat(road.answer(first).sequence()).isZero();
        assertThat(idsInJournal(road)).containsExactly(id(1), id(2), id(3));
        assertThat(mode(road).isActive()).isFalse();
        assertThat(mode(road).uses()).isEqualTo(1);
        assertThat(road.emergency().events())
                .as("discarded once the fold is forced")
                .isEmpty();
        assertThat(road.imbalances()).isEmpty();
        assertThat(road.pipeline.ledger().total(Lane.CRITICAL, LaneCounters::stored))
                .isEqualTo(3);
    }

    @Test
    void contract4_thePathIsKeptToUntilWhatWentItIsFoldedInSoThatOrderHolds() {
        Road road = Road.withEmergency(Road.config(2, 2, 2));
        for (int i = 1; i <= 3; i++) {
            road.offer(critical(i), Tier.SYNCED);
        }
        road.work();
        assertThat(road.pipeline.shards().get(0).lanes().depth())
                .as("the lane has room again")
                .isZero();
        int later = road.offer(critical(4), Tier.JOURNALED);
        assertThat(road.pipeline.shards().get(0).lanes().depth()).isZero();

        road.settle();
        int afterwards = road.offer(critical(5), Tier.JOURNALED);
        road.settle();

        assertThat(road.answer(later).sequence()).isLessThan(Receipt.NO_SEQUENCE);
        assertThat(road.answer(afterwards).sequence()).isEqualTo(4);
        assertThat(idsInJournal(road)).containsExactly(id(1), id(2), id(3), id(4), id(5));
    }

    @Test
    void lowerLanesNeverTakeThePathAndGoOnWhileItIsTaken() {
        Road road = Road.withEmergency(Road.config(2, 2, 2));
        for (int i = 1; i <= 4; i++) {
            road.offer(critical(i), Tier.SYNCED);
        }
        List<Integer> elevated = new ArrayList<>();
        for (int i = 11; i <= 13; i++) {
            elevated.add(road.offer(Events.of(Lane.ELEVATED, i).build(), Tier.SYNCED));
        }
        road.settle();

        assertThat(road.answer(elevated.get(2)).reason()).isEqualTo(RefusalReason.LANE_FULL);
        assertThat(road.answer(elevated.get(0)).sequence()).isNotNegative();
        assertThat(road.journal().events()).hasSize(6);
    }

    @Test
    void aDuplicateOfAnEmergencyEventGetsItsPositionUntilItHasASequence() {
        Road road = Road.withEmergency(Road.config(2, 2, 2));
        for (int i = 1; i <= 3; i++) {
            road.offer(critical(i), Tier.SYNCED);
        }
        int inFlight = road.offer(critical(3), Tier.SYNCED);
        assertThat(road.answer(inFlight)).as("it joins the first one").isNull();
        road.work();
        int stored = road.offer(critical(3), Tier.SYNCED);
        int conflict = road.offer(Events.of(Lane.CRITICAL, 3).attributes("{}").build(), Tier.SYNCED);
        assertThat(road.answer(inFlight).duplicate()).isTrue();
        assertThat(road.answer(inFlight).sequence()).isLessThan(Receipt.NO_SEQUENCE);
        assertThat(road.answer(stored).duplicate()).isTrue();
        assertThat(road.answer(stored).tier()).isEqualTo(Tier.SYNCED);
        assertThat(road.answer(conflict).reason()).isEqualTo(RefusalReason.ID_CONFLICT);

        road.settle();
        int folded = road.offer(critical(3), Tier.SYNCED);

        assertThat(road.answer(folded).sequence()).isEqualTo(2);
        assertThat(road.answer(folded).duplicate()).isTrue();
        assertThat(road.journal().events()).hasSize(3);
        assertThat(road.imbalances()).isEmpty();
    }

    @Test
    void contract5_aFullEmergencyJournalRefusesAndTakesAgainWhenTheFoldIsForced() {
        Road road = Road.withEmergency(Road.config(2, 2, 2));
        road.emergency().limit(2);
        road.offer(critical(1), Tier.SYNCED);
        road.offer(critical(2), Tier.SYNCED);
        int fits = road.offer(critical(3), Tier.SYNCED);
        road.offer(critical(4), Tier.SYNCED);
        int tooMuch = road.offer(critical(5), Tier.SYNCED);
        road.work();
        assertThat(road.answer(fits).reason())
                .as("one block of three, which does not fit")
                .isEqualTo(RefusalReason.LANE_FULL);
        assertThat(road.answer(tooMuch).reason()).isEqualTo(RefusalReason.LANE_FULL);

        road.settle();
        int again = road.offer(critical(3), Tier.SYNCED);
        road.settle();

        assertThat(road.answer(again).isReceipt()).isTrue();
        assertThat(road.imbalances()).isEmpty();
    }

    @Test
    void whenTheEmergencyJournalFailsTheOutcomeIsUnknownAndLaterEventsAreRefused() {
        Road road = Road.withEmergency(Road.config(2, 2, 2));
        road.emergency().fail(disk);
        for (int i = 1; i <= 2; i++) {
            road.offer(critical(i), Tier.SYNCED);
        }
        int inDoubt = road.offer(critical(3), Tier.SYNCED);
        road.pipeline.doWork();
        assertThat(road.answer(inDoubt).reason()).isEqualTo(RefusalReason.OUTCOME_UNKNOWN);
        road.settle();
        road.offer(critical(4), Tier.SYNCED);
        road.offer(critical(5), Tier.SYNCED);
        int refused = road.offer(critical(6), Tier.SYNCED);
        road.settle();

        assertThat(road.answer(refused).reason()).isEqualTo(RefusalReason.LANE_FULL);
        assertThat(idsInJournal(road)).containsExactly(id(1), id(2), id(4), id(5));
        assertThat(mode(road).isActive()).as("the lane is used again").isFalse();
        assertThat(road.imbalances()).isEmpty();
    }

    @Test
    void whatCannotBeReadForTheFoldStaysAndIsTriedAgain() {
        Road road = Road.withEmergency(Road.config(2, 2, 2));
        for (int i = 1; i <= 3; i++) {
            road.offer(critical(i), Tier.SYNCED);
        }
        road.emergency().setUnreadable(true);
        road.settle();
        assertThat(mode(road).isActive()).isTrue();
        int meanwhile = road.offer(critical(4), Tier.SYNCED);
        road.settle();
        assertThat(road.answer(meanwhile).isReceipt()).isTrue();

        road.emergency().setUnreadable(false);
        road.clock.advanceMs(1_001);
        road.settle();

        assertThat(idsInJournal(road)).containsExactly(id(1), id(2), id(3), id(4));
    }

    @ParameterizedTest
    @ValueSource(strings = {"accepted", "journaled", "synced"})
    void everyTierIsAnsweredOnThePath(String tier) {
        Road road = Road.withEmergency(Road.config(2, 2, 2));
        road.offer(critical(1), Tier.SYNCED);
        road.offer(critical(2), Tier.SYNCED);
        int index = road.offer(critical(3), Tier.ofText(tier));
        road.settle();

        assertThat(road.answer(index).isReceipt()).isTrue();
        assertThat(road.journal().events()).hasSize(3);
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
