package io.evident.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import io.evident.pipeline.fixture.Events;
import io.evident.pipeline.fixture.Road;
import io.evident.pipeline.ledger.LaneCounters;
import io.evident.pipeline.writer.ShardState;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CommitterTest {
    static List<Throwable> failures() {
        return List.of(new IOException("EIO"), new IllegalStateException("bug"), new InternalError("fault"));
    }

    @Test
    void oneForceServesAllThatWasAppendedBeforeIt() {
        Road road = Road.open();
        road.offer(Events.standard(0).build(), Tier.SYNCED);
        road.work();
        for (int i = 1; i < 5; i++) {
            road.offer(Events.standard(i).build(), Tier.SYNCED);
            road.work();
        }
        assertThat(road.journal().forces()).isEqualTo(1);
        road.clock.advanceMs(1);
        road.work();

        assertThat(road.journal().forcedBlocks()).containsExactly(1, 5);
        assertThat(road.sink.count()).isEqualTo(5);
        assertThat(road.listener.synced).containsExactly(0L, 4L);
        assertThat(road.pipeline.shards().get(0).frontier().synced()).isEqualTo(4);
    }

    @Test
    void forcesAreAtLeastTheMinimumApartToTheNanosecond() {
        Road road = Road.open();
        road.offer(Events.standard(0).build(), Tier.SYNCED);
        road.work();
        int second = road.offer(Events.standard(1).build(), Tier.SYNCED);
        road.work();
        road.clock.advanceNs(999_999);
        road.work();
        assertThat(road.answer(second)).isNull();
        road.clock.advanceNs(1);
        road.work();
        assertThat(road.answer(second).tier()).isEqualTo(Tier.SYNCED);
    }

    @Test
    void whatNobodyWaitsForIsForcedAfterTheMaximumAndThenNoMore() {
        Road road = Road.open();
        road.offer(Events.standard(0).build(), Tier.SYNCED);
        road.work();
        road.offer(Events.standard(1).build(), Tier.JOURNALED);
        road.work();
        road.clock.advanceNs(49_999_999);
        road.work();
        assertThat(road.journal().forces()).isEqualTo(1);
        road.clock.advanceNs(1);
        road.work();
        assertThat(road.journal().forces()).isEqualTo(2);
        assertThat(road.pipeline.shards().get(0).frontier().synced()).isEqualTo(1);

        road.clock.advanceMs(10_000);
        road.work();
        assertThat(road.journal().forces()).isEqualTo(2);
    }

    @Test
    void aLateDuplicateWaitsForTheForceOfTheEventItRepeats() {
        Road road = Road.open();
        road.offer(Events.standard(0).build(), Tier.SYNCED);
        road.work();
        AuditEvent event = Events.standard(1).build();
        int first = road.offer(event, Tier.JOURNALED);
        road.work();
        int late = road.offer(event, Tier.SYNCED);
        road.work();
        assertThat(road.answer(first).tier()).isEqualTo(Tier.JOURNALED);
        assertThat(road.answer(late)).isNull();
        road.clock.advanceMs(1);
        road.work();

        assertThat(road.answer(late).tier()).isEqualTo(Tier.SYNCED);
        assertThat(road.answer(late).sequence()).isEqualTo(1);
        assertThat(road.answer(late).duplicate()).isTrue();
        assertThat(road.journal().forces()).isEqualTo(2);
    }

    @Test
    void moreLateDuplicatesThanThereIsRoomForAreRefused() {
        Road road = Road.open();
        road.offer(Events.standard(0).build(), Tier.SYNCED);
        road.work();
        AuditEvent event = Events.standard(1).build();
        road.offer(event, Tier.JOURNALED);
        road.work();
        int last = 0;
        for (int i = 0; i < 4_096; i++) {
            last = road.offer(event, Tier.SYNCED);
        }
        int tooMany = road.offer(event, Tier.SYNCED);
        assertThat(road.answer(tooMany).reason()).isEqualTo(RefusalReason.DUPLICATE_WINDOW_FULL);
        assertThat(road.answer(last)).isNull();
        road.settle();
        assertThat(road.answer(last).tier()).isEqualTo(Tier.SYNCED);
        assertThat(road.imbalances()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("failures")
    void contract1_aFailedForceNeverBecomesSyncedHoweverOftenItIsAskedAgain(Throwable failure) {
        Road road = Road.open();
        int good = road.offer(Events.standard(0).build(), Tier.SYNCED);
        road.work();
        AuditEvent event = Events.standard(1).build();
        int journaled = road.offer(Events.standard(9).build(), Tier.JOURNALED);
        int first = road.offer(event, Tier.SYNCED);
        int joined = road.offer(event, Tier.SYNCED);
        road.journal().failForce(1, failure);
        road.settle();
        // The one force has failed; another would succeed, and must not be tried.
        int retry = road.offer(event, Tier.SYNCED);
        int retryOfGood = road.offer(Events.standard(0).build(), Tier.SYNCED);
        int retryJournaled = road.offer(event, Tier.JOURNALED);
        int fresh = road.offer(Events.standard(2).build(), Tier.SYNCED);
        road.settle();

        assertThat(road.answer(good).tier()).isEqualTo(Tier.SYNCED);
        assertThat(road.answer(journaled).tier()).isEqualTo(Tier.JOURNALED);
        for (int index : new int[] {first, joined, retry}) {
            assertThat(road.answer(index).reason()).as("event %d", index).isEqualTo(RefusalReason.OUTCOME_UNKNOWN);
            assertThat(road.answer(index).id()).isEqualTo(event.id());
        }
        assertThat(road.answer(retryOfGood).tier()).as("that was forced before").isEqualTo(Tier.SYNCED);
        assertThat(road.answer(retryJournaled).tier()).isEqualTo(Tier.JOURNALED);
        assertThat(road.answer(fresh).reason()).isEqualTo(RefusalReason.UNAVAILABLE);
        assertThat(road.journal().forces()).isEqualTo(2);
        assertThat(road.pipeline.shards().get(0).frontier().synced()).isEqualTo(0);
        assertThat(road.pipeline.shards().get(0).isSettled()).isTrue();
        assertThat(road.imbalances()).isEmpty();
        assertThat(road.pipeline.ledger().total(LaneCounters::inFlight)).isZero();

        Road next = road.restarted();
        int settled = next.offer(event, Tier.SYNCED);
        assertThat(next.answer(settled).tier()).isEqualTo(Tier.SYNCED);
        assertThat(next.answer(settled).duplicate()).isTrue();
        assertThat(next.answer(settled).incarnation()).isEqualTo(1);
    }

    @Test
    void aListenerThatFailsOnSyncedLeavesNobodyWaiting() {
        Road road = Road.open();
        road.listener.syncedFailure = new IllegalStateException("index");
        int index = road.offer(Events.standard(0).build(), Tier.SYNCED);
        road.settle();

        assertThat(road.answer(index).reason()).isEqualTo(RefusalReason.OUTCOME_UNKNOWN);
        assertThat(road.pipeline.shards().get(0).health().state()).isEqualTo(ShardState.FAILED);
    }

    @Test
    void oneShardsFailureIsNotAnothers() {
        Road road = Road.open(Road.config(), 2);
        road.journals.get(0).failForce(1, new IOException("EIO"));
        int onFailing = road.offer(Events.standard(2).build(), Tier.SYNCED);
        int onOther = road.offer(Events.standard(3).build(), Tier.SYNCED);
        road.settle();

        assertThat(road.answer(onFailing).reason()).isEqualTo(RefusalReason.OUTCOME_UNKNOWN);
        assertThat(road.answer(onOther).tier()).isEqualTo(Tier.SYNCED);
        assertThat(road.answer(onOther).shard()).isEqualTo(1);
    }
}
