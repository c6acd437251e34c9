package io.evident.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.evident.event.AuditEvent;
import io.evident.event.Lane;
import io.evident.event.Receipt;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import io.evident.pipeline.fixture.Answer;
import io.evident.pipeline.fixture.Events;
import io.evident.pipeline.fixture.MemoryJournal.Remains;
import io.evident.pipeline.fixture.Road;
import io.evident.pipeline.journal.NotWrittenException;
import io.evident.pipeline.writer.EmergencyMode;
import io.evident.pipeline.writer.EmergencyReason;
import io.evident.pipeline.writer.ShardState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of CRITICAL events when their shard's journal, its writer or the process fails. */
class EmergencyRescueTest {
    private final IOException disk = new IOException("disk");

    @Test
    void contract5_aFailedShardStillTakesCriticalEventsAndTheNextStartFoldsThemIn() {
        Road road = Road.withEmergency(Road.config(8, 8, 8));
        road.journal().failAppend(1, disk, Remains.NOTHING);
        int inDoubt = road.offer(critical(1), Tier.SYNCED);
        road.work();
        int critical = road.offer(critical(2), Tier.SYNCED);
        int standard = road.offer(Events.standard(3).build(), Tier.SYNCED);
        road.settle();

        assertThat(road.answer(inDoubt).reason()).isEqualTo(RefusalReason.OUTCOME_UNKNOWN);
        assertThat(road.answer(critical).tier()).isEqualTo(Tier.SYNCED);
        assertThat(road.answer(standard).reason()).isEqualTo(RefusalReason.UNAVAILABLE);
        assertThat(mode(road).reason()).isEqualTo(EmergencyReason.SHARD_FAILED);

        Road next = road.restarted();
        assertThat(mode(next).reason()).isEqualTo(EmergencyReason.LEFT_OVER);
        int again = next.offer(critical(2), Tier.SYNCED);
        assertThat(next.answer(again).duplicate()).isTrue();
        assertThat(next.answer(again).tier()).isEqualTo(Tier.SYNCED);
        next.settle();

        assertThat(idsInJournal(next)).containsExactly(id(2));
        assertThat(mode(next).isActive()).isFalse();
    }

    @Test
    void contract5_aDiskThatFailsBeforeAnythingIsWrittenIsADefiniteAnswerAndCriticalEventsAreRescued() {
        Refusal broken = Refusal.of(RefusalReason.UNAVAILABLE, "the disk fails; nothing was written");
        Road standards = Road.withEmergency(Road.config(8, 8, 8));
        standards.journal().failAppend(1, NotWrittenException.ending(broken, disk), Remains.NOTHING);
        int standard = standards.offer(Events.standard(1).build(), Tier.SYNCED);
        standards.settle();
        assertThat(standards.answer(standard).reason()).isEqualTo(RefusalReason.UNAVAILABLE);
        assertThat(standards.pipeline.shards().get(0).health().state()).isEqualTo(ShardState.FAILED);

        Road criticals = Road.withEmergency(Road.config(8, 8, 8));
        criticals.journal().failAppend(1, NotWrittenException.ending(broken, disk), Remains.NOTHING);
        int critical = criticals.offer(critical(2), Tier.SYNCED);
        criticals.settle();
        assertThat(criticals.answer(critical).tier()).isEqualTo(Tier.SYNCED);
        assertThat(mode(criticals).reason()).isEqualTo(EmergencyReason.SHARD_FAILED);
    }

    @Test
    void criticalEventsInTheLaneOfAShardThatFailsAreRescued() {
        Road road = Road.withEmergency(Road.config(8, 8, 8));
        road.journal().failAppend(1, disk, Remains.NOTHING);
        int standard = road.offer(Events.standard(1).build(), Tier.JOURNALED);
        road.work();
        assertThat(road.answer(standard).reason()).isEqualTo(RefusalReason.OUTCOME_UNKNOWN);

        Road other = Road.withEmergency(Road.config(8, 8, 8));
        other.pipeline.shards().get(0).abandon(disk);
        int critical = other.offer(critical(2), Tier.JOURNALED);
        other.settle();

        assertThat(other.answer(critical).tier()).isEqualTo(Tier.SYNCED);
        assertThat(other.emergency().events()).hasSize(1);
    }

    @Test
    void contract5_eventsThatStandInTheLaneWhenTheWriterStallsAreRescuedWithinTheStallTime() {
        Road road = Road.withEmergencyThreads(Road.config(8, 8, 8));
        try {
            road.journal().holdAppends();
            int standard = road.offer(Events.standard(1).build(), Tier.JOURNALED);
            await().until(() -> road.journal().appends() == 1);
            int inLane = road.offer(critical(2), Tier.SYNCED);
            await().until(() -> road.answer(inLane) != null);
            int later = road.offer(critical(3), Tier.SYNCED);
            await().until(() -> road.answer(later) != null);

            assertThat(road.answer(inLane).tier()).isEqualTo(Tier.SYNCED);
            assertThat(road.answer(standard)).isNull();
            assertThat(mode(road).reason()).isEqualTo(EmergencyReason.WRITER_STALLED);
            assertThat(road.emergency().events()).hasSize(2);

            road.journal().letAppendsGo();
            await().until(() -> !mode(road).isActive());
            assertThat(idsInJournal(road)).containsExactly(id(1), id(2), id(3));
        } finally {
            assertThat(road.pipeline.close(5_000)).isTrue();
        }
        assertThat(road.imbalances()).isEmpty();
    }

    @Test
    void aWriterWithoutAFreeBatchForItsCommitterIsStalledToo() {
        Road road = Road.withEmergencyThreads(Road.config(256, 256, 256));
        try {
            road.journal().holdForces();
            for (int i = 0; i < 64; i++) {
                road.offer(Events.standard(100 + i).build(), Tier.SYNCED);
                int blocks = i + 1;
                await().until(() -> road.journal().blockCount() == blocks);
            }
            int critical = road.offer(critical(1), Tier.SYNCED);
            await().until(() -> road.answer(critical) != null);

            assertThat(road.answer(critical).sequence()).isLessThan(Receipt.NO_SEQUENCE);
            assertThat(mode(road).reason()).isEqualTo(EmergencyReason.WRITER_STALLED);
        } finally {
            for (int i = 0; i < 200; i++) {
                road.journal().letForceGo();
            }
            assertThat(road.pipeline.close(5_000)).isTrue();
        }
        assertThat(idsInJournal(road)).contains(id(1)).hasSize(65);
    }

    /** The outcome of the first sending is unknown, and the event is in the journal; its second sending is not another. */
    @Test
    void contract2_anEventInDoubtThatIsSentAgainOnThePathIsStoredOnce() {
        Road road = Road.withEmergency(Road.config(8, 8, 8));
        road.journal().failAppend(1, disk, Remains.THE_BLOCK);
        int inDoubt = road.offer(critical(1), Tier.SYNCED);
        road.settle();
        assertThat(road.answer(inDoubt).reason()).isEqualTo(RefusalReason.OUTCOME_UNKNOWN);
        int again = road.offer(critical(1), Tier.SYNCED);
        road.offer(critical(2), Tier.SYNCED);
        road.settle();
        assertThat(road.answer(again).tier()).isEqualTo(Tier.SYNCED);

        Road next = road.restarted();
        next.settle();

        assertThat(idsInJournal(next)).containsExactly(id(1), id(2));
        assertThat(mode(next).isActive()).isFalse();
        assertThat(next.emergency().events()).isEmpty();
        Road onceMore = next.restarted();
        onceMore.settle();
        assertThat(onceMore.journal().events()).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(Remains.class)
    void contract2_aFoldWhoseAppendFailsIsNeitherLostNorDoubledAtTheNextStart(Remains remains) {
        Road road = Road.withEmergency(Road.config(2, 2, 2));
        for (int i = 1; i <= 4; i++) {
            road.offer(critical(i), Tier.SYNCED);
        }
        road.journal().failAppend(2, disk, remains);
        road.settle();

        Road next = road.restarted();
        next.settle();

        assertThat(idsInJournal(next)).containsExactly(id(1), id(2), id(3), id(4));
        assertThat(mode(next).isActive()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(Remains.class)
    void contract1_nothingIsAppendedBehindAFoldWhoseAppendFailed(Remains remains) {
        Road road = Road.withEmergency(Road.config(2, 2, 2));
        for (int i = 1; i <= 3; i++) {
            road.offer(critical(i), Tier.SYNCED);
        }
        road.work();
        road.work();
        assertThat(road.journal().appends())
                .as("the lane, and not the fold yet")
                .isEqualTo(1);
        int standard = road.offer(Events.standard(10).build(), Tier.JOURNALED);
        road.journal().failAppend(1, disk, remains);
        road.settle();

        assertThat(road.journal().appends()).isEqualTo(2);
        assertThat(road.answer(standard).reason()).isEqualTo(RefusalReason.UNAVAILABLE);
        assertThat(road.imbalances()).isEmpty();
    }

    static LongStream seeds() {
        return LongStream.range(0, 300);
    }

    /**
     * Random loads, stops and failing appends: whoever got a receipt is there exactly once, in the order of its stream, in
     * the journal or still in the emergency journal.
     */
    @ParameterizedTest
    @MethodSource("seeds")
    void contract2and4_nothingAcknowledgedIsLostDoubledOrOvertaken(long seed) {
        Random random = new Random(seed);
        Road road = Road.withEmergency(Road.config(2, 2, 2));
        Map<UUID, String> acknowledged = new HashMap<>();
        List<UUID> order = new ArrayList<>();
        long number = 1;
        for (int life = 0; life < 4; life++) {
            Map<Integer, UUID> offered = new HashMap<>();
            for (int step = 0; step < 60; step++) {
                int dice = random.nextInt(10);
                if (dice < 5) {
                    AuditEvent event = critical(number++);
                    offered.put(road.offer(event, Tier.JOURNALED), event.id());
                } else if (dice < 9) {
                    road.clock.advanceMs(random.nextInt(3));
                    road.work();
                } else if (random.nextInt(8) == 0) {
                    road.journal()
                            .failAppend(
                                    1 + random.nextInt(3),
                                    disk,
                                    random.nextBoolean() ? Remains.NOTHING : Remains.THE_BLOCK);
                }
            }
            if (random.nextBoolean()) {
                road.settle();
                assertThat(road.imbalances()).isEmpty();
            }
            for (int index : offered.keySet().stream().sorted().toList()) {
                Answer answer = road.answer(index);
                if (answer != null && answer.isReceipt()) {
                    acknowledged.put(offered.get(index), "life " + life + " " + answer);
                    order.add(offered.get(index));
                }
            }
            road = road.restarted();
        }
        road.settle();

        List<UUID> stored = idsInJournal(road);
        assertThat(stored).as("seed %d: nothing twice", seed).doesNotHaveDuplicates();
        assertThat(stored).as("seed %d: %s", seed, acknowledged).containsAll(acknowledged.keySet());
        assertThat(stored.stream().filter(acknowledged::containsKey).toList())
                .as("seed %d: order", seed)
                .containsExactlyElementsOf(order);
        assertThat(mode(road).isActive()).isFalse();
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
