package io.evident.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.evident.event.Lane;
import io.evident.event.Receipt;
import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import io.evident.pipeline.fixture.Answer;
import io.evident.pipeline.fixture.Events;
import io.evident.pipeline.fixture.MemoryJournal;
import io.evident.pipeline.fixture.Road;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.HungForceException;
import io.evident.pipeline.writer.ShardContext;
import io.evident.pipeline.writer.ShardState;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A shard with a standby volume. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FailOverTest {
    private final IOException eio = new IOException("Input/output error");

    private final MemoryJournal journal = new MemoryJournal(0);
    private final MemoryJournal.Standby standby = journal.withStandby();
    private final Road road = Road.over(Road.config(), List.of(journal));

    private ShardContext shard() {
        return road.pipeline.shards().get(0);
    }

    private int offer(int number, Tier tier) {
        return road.offer(Events.standard(number).build(), tier);
    }

    @Test
    void contract1_aFailedForceRefusesWhatWaitsAsUnknownAndARetryFindsItSynced() {
        int first = offer(0, Tier.SYNCED);
        road.settle();
        assertThat(road.answer(first).tier()).isEqualTo(Tier.SYNCED);
        journal.failForce(1, eio);
        int unknown = offer(1, Tier.SYNCED);
        int journaled = offer(2, Tier.JOURNALED);
        road.settle();

        assertThat(road.answer(unknown).reason()).isEqualTo(RefusalReason.OUTCOME_UNKNOWN);
        assertThat(road.answer(journaled).tier()).isEqualTo(Tier.JOURNALED);
        assertThat(shard().health().state()).isEqualTo(ShardState.OPEN);
        assertThat(shard().isSettled()).isTrue();
        assertThat(shard().incarnation()).isEqualTo(2);
        assertThat(shard().failedOver().reason()).contains("Input/output error");
        assertThat(standby.writtenAgain).containsExactly(1L);

        int retry = offer(1, Tier.SYNCED);
        int next = offer(3, Tier.SYNCED);
        road.settle();
        assertThat(road.answer(retry).duplicate()).isTrue();
        assertThat(road.answer(retry).tier()).isEqualTo(Tier.SYNCED);
        assertThat(road.answer(retry).incarnation()).isEqualTo(1);
        assertThat(road.answer(retry).sequence()).isEqualTo(1);
        assertThat(road.answer(next).incarnation()).isEqualTo(2);
        assertThat(road.answer(next).sequence()).isEqualTo(3);
        assertThat(road.imbalances()).isEmpty();
        assertThat(journal.forces()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(MemoryJournal.Remains.class)
    void contract1_theBlockInDoubtIsJournaledOnTheStandbyInItsOwnIncarnation(MemoryJournal.Remains remains) {
        journal.failAppend(1, eio, remains);
        int journaled = offer(0, Tier.JOURNALED);
        int synced = offer(1, Tier.SYNCED);
        int accepted = offer(2, Tier.ACCEPTED);
        road.settle();

        Answer receipt = road.answer(journaled);
        assertThat(receipt.tier()).isEqualTo(Tier.JOURNALED);
        assertThat(receipt.incarnation()).isEqualTo(1);
        assertThat(receipt.sequence()).isZero();
        assertThat(road.answer(synced).reason()).isEqualTo(RefusalReason.OUTCOME_UNKNOWN);
        assertThat(road.answer(accepted).tier()).isEqualTo(Tier.ACCEPTED);
        int retry = offer(1, Tier.SYNCED);
        assertThat(road.answer(retry).tier()).isEqualTo(Tier.SYNCED);
        assertThat(journal.events()).hasSize(3);
        assertThat(shard().frontier().synced()).isEqualTo(2);
        assertThat(road.imbalances()).isEmpty();
    }

    @Test
    void contract4_theSequenceGoesOnDensely() {
        for (int i = 0; i < 5; i++) {
            offer(i, Tier.JOURNALED);
            road.work();
        }
        journal.failAppend(1, eio, MemoryJournal.Remains.NOTHING);
        List<Integer> offered = new ArrayList<>();
        for (int i = 5; i < 10; i++) {
            offered.add(offer(i, Tier.JOURNALED));
            road.work();
        }
        road.settle();
        assertThat(offered.stream().map(index -> road.answer(index).sequence())).containsExactly(5L, 6L, 7L, 8L, 9L);
        assertThat(offered.stream().map(index -> road.answer(index).incarnation()))
                .containsExactly(1, 2, 2, 2, 2);
        assertThat(journal.events().keySet()).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
    }

    @Test
    void contract1_aStandbyThatFailsTooFailsTheShardAndTheBlockIsUnknown() {
        standby.failure = new IOException("the standby is broken, too");
        journal.failAppend(1, eio, MemoryJournal.Remains.NOTHING);
        int doubtful = offer(0, Tier.JOURNALED);
        road.work();
        int later = offer(1, Tier.JOURNALED);
        road.settle();

        assertThat(road.answer(doubtful).reason()).isEqualTo(RefusalReason.OUTCOME_UNKNOWN);
        assertThat(road.answer(later).reason()).isEqualTo(RefusalReason.UNAVAILABLE);
        assertThat(shard().health().state()).isEqualTo(ShardState.FAILED);
        assertThat(shard().health().cause()).isSameAs(standby.failure);
        assertThat(standby.failure.getSuppressed()).contains(eio);
        assertThat(road.imbalances()).isEmpty();
    }

    @Test
    void contract1_aSecondFailureFailsTheShard() {
        journal.failForce(1, eio);
        offer(0, Tier.SYNCED);
        road.settle();
        standby.journal.failForce(1, eio);
        int unknown = offer(1, Tier.SYNCED);
        road.settle();
        assertThat(road.answer(unknown).reason()).isEqualTo(RefusalReason.OUTCOME_UNKNOWN);
        assertThat(shard().health().state()).isEqualTo(ShardState.FAILED);
    }

    @Test
    void aForceOfTheFailedVolumeThatIsReportedLateDoesNotFailTheStandby() {
        int unknown = offer(0, Tier.SYNCED);
        writer();
        journal.failForce(1, eio);
        journal.betweenFailedForceAndItsReport(() -> {
            journal.failAppend(1, eio, MemoryJournal.Remains.NOTHING);
            offer(1, Tier.JOURNALED);
            writer();
            assertThat(standby.journal).isNotNull();
        });
        road.settle();

        assertThat(shard().health().state()).isEqualTo(ShardState.OPEN);
        assertThat(road.answer(unknown).reason()).isEqualTo(RefusalReason.OUTCOME_UNKNOWN);
        int next = offer(2, Tier.SYNCED);
        road.settle();
        assertThat(road.answer(next).tier()).isEqualTo(Tier.SYNCED);
        assertThat(road.answer(next).incarnation()).isEqualTo(2);
        assertThat(road.imbalances()).isEmpty();
    }

    @Test
    void contract7_theWriterWaitsForAForceRatherThanKeepMoreThanItMay() {
        List<Integer> offered = new ArrayList<>();
        int largeBytes = 60_000;
        for (int i = 0; i < 9; i++) {
            offered.add(road.offer(Events.ofSuppliedBytes(i, largeBytes), Tier.JOURNALED));
            writer();
        }
        long kept = journal.blocks().stream()
                .mapToLong(block -> block.lengthBytes())
                .sum();
        assertThat(kept).isLessThanOrEqualTo(2L * (Block.ENVELOPE_BYTES + Block.MAX_PAYLOAD_BYTES));
        assertThat(journal.forces()).isZero();
        assertThat(shard().lanes().depth()).isPositive();

        road.settle();
        assertThat(offered)
                .allSatisfy(index -> assertThat(road.answer(index).tier()).isEqualTo(Tier.JOURNALED));
    }

    private void writer() {
        try {
            road.pipeline.agents().get(0).doWork();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void contract5_criticalEventsTakeTheEmergencyPathAndComeBackInOrder() {
        MemoryJournal other = new MemoryJournal(0);
        MemoryJournal.Standby volume = other.withStandby();
        Road critical = Road.withEmergency(Road.config(), other);
        other.failForce(1, eio);
        int synced = critical.offer(Events.of(Lane.CRITICAL, 0).build(), Tier.SYNCED);
        critical.work();
        assertThat(critical.answer(synced).reason()).isEqualTo(RefusalReason.OUTCOME_UNKNOWN);
        int meanwhile = critical.offer(Events.of(Lane.CRITICAL, 1).build(), Tier.SYNCED);
        critical.work();
        assertThat(critical.answer(meanwhile).tier()).isEqualTo(Tier.SYNCED);
        critical.settle();
        int after = critical.offer(Events.of(Lane.CRITICAL, 2).build(), Tier.SYNCED);
        critical.settle();
        assertThat(critical.answer(after).tier()).isEqualTo(Tier.SYNCED);
        assertThat(other.events()).hasSize(3);
        assertThat(volume.journal.incarnation()).isEqualTo(2);
        assertThat(critical.pipeline.shards().get(0).emergency().mode().isActive())
                .isFalse();
        assertThat(critical.imbalances()).isEmpty();
    }

    @Test
    void contract1_whoJoinedAnEmergencyEventIsToldItsIncarnationAlsoAfterAFailOver() {
        MemoryJournal other = new MemoryJournal(0);
        other.withStandby();
        Road critical = Road.withEmergency(Road.config(2, 2, 2), other);
        other.failForce(1, eio);
        critical.offer(Events.of(Lane.CRITICAL, 0).build(), Tier.SYNCED);
        critical.settle();
        assertThat(critical.pipeline.shards().get(0).incarnation()).isEqualTo(2);
        for (int i = 1; i <= 2; i++) {
            critical.offer(Events.of(Lane.CRITICAL, i).build(), Tier.SYNCED);
        }
        int first = critical.offer(Events.of(Lane.CRITICAL, 3).build(), Tier.SYNCED);
        int joined = critical.offer(Events.of(Lane.CRITICAL, 3).build(), Tier.SYNCED);
        assertThat(critical.answer(joined)).isNull();
        critical.work();

        assertThat(critical.answer(first).sequence()).isLessThan(Receipt.NO_SEQUENCE);
        assertThat(critical.answer(first).incarnation()).isEqualTo(1);
        assertThat(critical.answer(joined).duplicate()).isTrue();
        assertThat(critical.answer(joined).sequence())
                .isEqualTo(critical.answer(first).sequence());
        assertThat(critical.answer(joined).incarnation()).isEqualTo(1);
    }

    @Test
    void contract5_criticalEventsGoThroughTheStandbyWhenWhatIsInTheEmergencyJournalIsLostWithTheVolume()
            throws Exception {
        MemoryJournal other = new MemoryJournal(0);
        other.withStandby();
        Road critical = Road.withEmergency(Road.config(), other);
        ShardContext context = critical.pipeline.shards().get(0);
        other.failForce(1, eio);
        critical.offer(Events.standard(0).build(), Tier.SYNCED);
        critical.pipeline.agents().get(0).doWork();
        int taken = critical.offer(Events.of(Lane.CRITICAL, 1).build(), Tier.SYNCED);
        while (critical.answer(taken) == null) {
            critical.clock.advanceMs(10);
            for (int i = 1; i < critical.pipeline.agents().size(); i++) {
                critical.pipeline.agents().get(i).doWork();
            }
        }
        assertThat(critical.answer(taken).sequence()).as("out of the lane").isLessThan(-1);
        critical.emergency().setUnreadable(true);
        critical.emergency().fail(eio);
        critical.settle();
        assertThat(context.health().state()).isEqualTo(ShardState.OPEN);
        for (int i = 2; i < 6; i++) {
            int next = critical.offer(Events.of(Lane.CRITICAL, i).build(), Tier.SYNCED);
            critical.settle();
            assertThat(critical.answer(next).tier()).isEqualTo(Tier.SYNCED);
            assertThat(critical.answer(next).incarnation()).isEqualTo(2);
        }
        assertThat(context.emergency().unreadable()).isNotNull();

        critical.emergency().setUnreadable(false);
        for (int i = 0; i < 40; i++) {
            critical.settle();
        }
        assertThat(context.emergency().mode().isActive()).isFalse();
        assertThat(other.events()).hasSize(6);
        assertThat(critical.imbalances()).isEmpty();
    }

    @Test
    void aForceThatHangsIsGivenUpAndTheShardGoesOn() throws Exception {
        MemoryJournal hanging = new MemoryJournal(0);
        MemoryJournal.Standby volume = hanging.withStandby();
        volume.forceTimeoutNs = Duration.ofMillis(50).toNanos();
        hanging.holdForces();
        Road threads = Road.overWithThreads(Road.config(), List.of(hanging));
        try {
            int unknown = threads.offer(Events.standard(0).build(), Tier.SYNCED);
            hanging.awaitForceBegun();
            await().until(() -> threads.answer(unknown) != null);
            assertThat(threads.answer(unknown).reason()).isEqualTo(RefusalReason.OUTCOME_UNKNOWN);
            await().until(() -> volume.journal != null);
            int next = threads.offer(Events.standard(1).build(), Tier.SYNCED);
            await().until(() -> threads.answer(next) != null);
            assertThat(threads.answer(next).tier()).isEqualTo(Tier.SYNCED);
            assertThat(threads.answer(next).incarnation()).isEqualTo(2);
            assertThat(threads.pipeline.shards().get(0).failedOver().reason())
                    .contains(HungForceException.class.getSimpleName());
        } finally {
            hanging.letForceGo();
            assertThat(threads.pipeline.close(10_000)).isTrue();
        }
    }

    @Test
    void contract1_aForceThatSucceedsWhileAnAppendFailedConfirmsNothing() throws Exception {
        MemoryJournal slow = new MemoryJournal(0);
        MemoryJournal.Standby volume = slow.withStandby();
        slow.holdForces();
        Road threads = Road.overWithThreads(Road.config(), List.of(slow));
        try {
            int waiting = threads.offer(Events.standard(0).build(), Tier.SYNCED);
            slow.awaitForceBegun();
            slow.failAppend(1, eio, MemoryJournal.Remains.NOTHING);
            int doubtful = threads.offer(Events.standard(1).build(), Tier.JOURNALED);
            await().until(() -> volume.journal != null && threads.answer(doubtful) != null);
            slow.letForceGo();
            await().until(() -> threads.answer(waiting) != null);
            assertThat(threads.answer(waiting).reason()).isEqualTo(RefusalReason.OUTCOME_UNKNOWN);
            assertThat(volume.writtenAgain).containsExactly(0L, 1L);
            assertThat(threads.pipeline.shards().get(0).frontier().synced()).isEqualTo(1);
        } finally {
            assertThat(threads.pipeline.close(10_000)).isTrue();
        }
    }
}
