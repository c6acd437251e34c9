package io.evident.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.evident.event.AuditEvent;
import io.evident.event.Lane;
import io.evident.event.Receipt;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import io.evident.pipeline.admission.RoomGuard;
import io.evident.pipeline.fixture.Events;
import io.evident.pipeline.fixture.MemoryJournal.Remains;
import io.evident.pipeline.fixture.Road;
import io.evident.pipeline.journal.NotWrittenException;
import io.evident.pipeline.ledger.LaneCounters;
import io.evident.pipeline.writer.BlockPlan;
import io.evident.pipeline.writer.EmergencyMode;
import io.evident.pipeline.writer.EmergencyReason;
import io.evident.pipeline.writer.ShardState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A shard whose journal has no room for a block, or cannot begin its next segment, and is as it was. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class JournalWithoutRoomTest {
    private static final Refusal NO_ROOM = Refusal.of(RefusalReason.DISK_FULL, "no room");
    private static final Refusal NO_FILES = Refusal.of(RefusalReason.UNAVAILABLE, "too many open files");

    private final IOException disk = new IOException("disk");

    @Test
    void contract5_onAFullDiskCriticalEventsGoToTheEmergencyJournalUntilThereIsRoom() {
        Road road = Road.withEmergency(Road.config(8, 8, 8));
        road.room = lane -> NO_ROOM;
        road.journal().setFull(NO_ROOM);
        int critical = road.offer(critical(1), Tier.SYNCED);
        int standard = road.offer(Events.standard(2).build(), Tier.SYNCED);
        road.settle();
        assertThat(road.answer(critical).tier()).isEqualTo(Tier.SYNCED);
        assertThat(road.answer(standard).reason()).isEqualTo(RefusalReason.DISK_FULL);
        assertThat(mode(road).reason()).isEqualTo(EmergencyReason.DISK_FULL);
        assertThat(road.pipeline.shards().get(0).health().state()).isEqualTo(ShardState.OPEN);

        road.room = RoomGuard.ALWAYS;
        road.journal().setFull(null);
        road.clock.advanceMs(1_001);
        road.settle();

        assertThat(idsInJournal(road)).containsExactly(id(1));
        assertThat(mode(road).isActive()).isFalse();
        assertThat(road.imbalances()).isEmpty();
    }

    @Test
    void contract5_aCriticalEventThatIsNotWrittenIsSyncedInTheEmergencyJournalAndFoldedInLater() {
        Road road = Road.withEmergency(Road.config(8, 8, 8));
        road.journal().failAppend(1, new NotWrittenException(NO_FILES, disk), Remains.NOTHING);
        int critical = road.offer(critical(1), Tier.SYNCED);
        road.settle();

        assertThat(road.answer(critical).tier()).isEqualTo(Tier.SYNCED);
        assertThat(Receipt.emergencyPositionOf(road.answer(critical).sequence()))
                .isEqualTo(1);
        assertThat(mode(road).reason()).isEqualTo(EmergencyReason.DISK_FULL);
        assertThat(idsInJournal(road)).containsExactly(id(1));
        assertThat(mode(road).isActive()).isFalse();

        int next = road.offer(critical(2), Tier.SYNCED);
        road.settle();
        assertThat(road.answer(next).sequence()).as("through the lane again").isEqualTo(1);
        assertThat(road.imbalances()).isEmpty();
    }

    @Test
    void theWriterLeavesTheLaneAloneUntilTheEmergencyThreadHasTakenIt() throws Exception {
        Road road = Road.withEmergency(Road.config(8, 8, 8));
        road.journal().failAppend(1, new NotWrittenException(NO_FILES, disk), Remains.NOTHING);
        int critical = road.offer(critical(1), Tier.SYNCED);
        for (int i = 0; i < 5; i++) {
            assertThat(road.pipeline.agents().get(0).doWork()).as("turn %d", i).isZero();
        }
        assertThat(road.journal().appends()).isEqualTo(1);
        assertThat(road.answer(critical)).isNull();

        road.settle();
        assertThat(road.answer(critical).tier()).isEqualTo(Tier.SYNCED);
    }

    @Test
    void contract4_contract5_noneIsRefusedAndTheOrderHoldsHoweverLongThereIsNoRoom() {
        Road road = Road.withEmergency(Road.config(4, 4, 4));
        road.journal().setFull(NO_FILES);
        List<Integer> offered = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
            offered.add(road.offer(critical(i), Tier.SYNCED));
        }
        for (int i = 5; i <= 40; i++) {
            road.settle();
            offered.add(road.offer(critical(i), Tier.SYNCED));
        }
        int standard = road.offer(Events.standard(100).build(), Tier.SYNCED);
        road.settle();
        assertThat(offered)
                .allSatisfy(index -> assertThat(road.answer(index).tier()).isEqualTo(Tier.SYNCED));
        assertThat(road.answer(standard).refusal()).isEqualTo(NO_FILES);
        assertThat(idsInJournal(road)).isEmpty();

        road.journal().setFull(null);
        road.clock.advanceMs(1_001);
        road.settle();

        assertThat(idsInJournal(road))
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 40).mapToObj(Events::id).toList());
        assertThat(mode(road).isActive()).isFalse();
        assertThat(road.imbalances()).isEmpty();
    }

    @Test
    void contract4_whatTheEmergencyThreadMayNotTakeIsRefusedBecauseLaterEventsWentBefore() {
        Road road = Road.withEmergency(Road.config(2, 2, 2));
        road.journal().setFull(NO_ROOM);
        int first = road.offer(critical(1), Tier.SYNCED);
        int second = road.offer(critical(2), Tier.SYNCED);
        int beyond = road.offer(critical(3), Tier.SYNCED);
        road.settle();

        assertThat(road.answer(first).refusal()).isEqualTo(NO_ROOM);
        assertThat(road.answer(second).refusal()).isEqualTo(NO_ROOM);
        assertThat(road.answer(beyond).tier()).isEqualTo(Tier.SYNCED);

        road.journal().setFull(null);
        road.clock.advanceMs(1_001);
        int again = road.offer(critical(1), Tier.SYNCED);
        road.settle();
        assertThat(road.answer(again).isReceipt()).isTrue();
        assertThat(idsInJournal(road)).containsExactly(id(3), id(1));
        assertThat(road.imbalances()).isEmpty();
    }

    @Test
    void contract7_withoutRoomInEitherJournalEveryEventIsRefusedAndNoneWaits() {
        Road road = Road.withEmergency(oneEventPerBlock());
        road.journal().setFull(NO_ROOM);
        road.emergency().limit(2);
        List<Integer> offered = new ArrayList<>();
        for (int i = 1; i <= 8; i++) {
            offered.add(road.offer(critical(i), Tier.SYNCED));
        }
        road.settle();

        assertThat(offered.subList(0, 2))
                .allSatisfy(index -> assertThat(road.answer(index).tier()).isEqualTo(Tier.SYNCED));
        assertThat(offered.subList(2, 8))
                .allSatisfy(index ->
                        assertThat(road.answer(index).reason()).isIn(RefusalReason.DISK_FULL, RefusalReason.LANE_FULL));
        assertThat(road.pipeline.ledger().total(LaneCounters::inFlight)).isZero();
        assertThat(road.imbalances()).isEmpty();
    }

    @Test
    void withoutAnEmergencyJournalThatWorksTheLaneFindsOutWhenThereIsRoomAgain() {
        Road road = Road.withEmergency(Road.config(8, 8, 8));
        road.journal().setFull(NO_ROOM);
        road.emergency().fail(disk);
        int inDoubt = road.offer(critical(1), Tier.SYNCED);
        road.settle();
        int refused = road.offer(critical(2), Tier.SYNCED);
        road.settle();
        assertThat(road.answer(inDoubt).reason()).isEqualTo(RefusalReason.OUTCOME_UNKNOWN);
        assertThat(road.answer(refused).refusal()).isEqualTo(NO_ROOM);

        road.journal().setFull(null);
        int taken = road.offer(critical(3), Tier.SYNCED);
        road.settle();
        assertThat(road.answer(taken).tier()).isEqualTo(Tier.SYNCED);
        assertThat(idsInJournal(road)).containsExactly(id(3));
        assertThat(road.imbalances()).isEmpty();
    }

    @Test
    void contract5_anEventInTheLaneIsRescuedWhileTheThreadsRun() {
        Road road = Road.withEmergencyThreads(Road.config(8, 8, 8));
        try {
            road.journal().setFull(NO_ROOM);
            int critical = road.offer(critical(1), Tier.SYNCED);
            await().until(() -> road.answer(critical) != null);
            assertThat(road.answer(critical).tier()).isEqualTo(Tier.SYNCED);
            assertThat(road.answer(critical).sequence()).isLessThan(Receipt.NO_SEQUENCE);

            road.journal().setFull(null);
            await().until(() -> !mode(road).isActive());
            assertThat(idsInJournal(road)).containsExactly(id(1));
        } finally {
            assertThat(road.pipeline.close(5_000)).isTrue();
        }
        assertThat(road.imbalances()).isEmpty();
    }

    static LongStream seeds() {
        return LongStream.range(0, 200);
    }

    /** Room comes and goes in both journals: every event is answered, and who got a receipt is there, once and in order. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void contract2_contract4_contract7_whateverRoomThereIsAllAreAnsweredAndInOrder(long seed) {
        Random random = new Random(seed);
        Road road = Road.withEmergency(random.nextBoolean() ? oneEventPerBlock() : Road.config(4, 4, 4));
        Map<Integer, UUID> offered = new TreeMap<>();
        for (int step = 0; step < 300; step++) {
            int dice = random.nextInt(20);
            if (dice < 9) {
                AuditEvent event = critical(step);
                offered.put(road.offer(event, Tier.JOURNALED), event.id());
            } else if (dice < 10) {
                road.offer(Events.standard(1_000 + step).build(), Tier.JOURNALED);
            } else if (dice < 18) {
                road.clock.advanceMs(random.nextInt(random.nextInt(10) == 0 ? 1_100 : 3));
                road.work();
            } else if (dice == 18) {
                road.journal().setFull(random.nextBoolean() ? NO_ROOM : null);
            } else {
                road.emergency().limit(random.nextInt(6));
            }
        }
        road.settle();
        // So long a fold waits until it is tried again.
        road.clock.advanceMs(1_001);
        road.settle();
        assertThat(road.pipeline.ledger().total(LaneCounters::inFlight))
                .as("seed %d: in flight", seed)
                .isZero();
        road.journal().setFull(null);
        road.clock.advanceMs(1_001);
        road.settle();

        List<UUID> acknowledged = offered.entrySet().stream()
                .filter(each -> road.answer(each.getKey()).isReceipt())
                .map(Map.Entry::getValue)
                .toList();
        List<UUID> stored = road.journal().events().values().stream()
                .map(AuditEvent::id)
                .filter(offered::containsValue)
                .toList();
        assertThat(stored).as("seed %d", seed).containsExactlyElementsOf(acknowledged);
        assertThat(mode(road).isActive()).as("seed %d", seed).isFalse();
        assertThat(road.imbalances()).as("seed %d", seed).isEmpty();
    }

    private static PipelineConfig oneEventPerBlock() {
        PipelineConfig config = Road.config(8, 8, 8);
        return new PipelineConfig(
                config.laneCapacities(),
                config.laneBudgets(),
                new BlockPlan(1, config.block().maxBytes(), config.block().maxFillNs()),
                config.overflowBytes(),
                config.windowIds(),
                config.windowMs(),
                config.writers(),
                config.minForceIntervalNs(),
                config.maxForceIntervalNs(),
                config.maxTenants(),
                config.tiers());
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
