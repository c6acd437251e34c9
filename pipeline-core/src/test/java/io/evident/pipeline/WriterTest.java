package io.evident.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.Lane;
import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import io.evident.pipeline.fixture.Answer;
import io.evident.pipeline.fixture.Events;
import io.evident.pipeline.fixture.MemoryJournal.Remains;
import io.evident.pipeline.fixture.Road;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.latency.LatencyRecorder;
import io.evident.pipeline.ledger.LaneCounters;
import io.evident.pipeline.writer.ShardState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WriterTest {
    static List<Arguments> waysToFail() {
        List<Arguments> ways = new ArrayList<>();
        for (Remains remains : Remains.values()) {
            ways.add(Arguments.of(remains, new IOException("disk")));
            ways.add(Arguments.of(remains, new IllegalStateException("bug")));
            ways.add(Arguments.of(remains, new InternalError("a fault occurred in an unsafe memory access")));
        }
        return ways;
    }

    @Test
    void anIdleWriterWritesNothing() {
        Road road = Road.open();

        assertThat(road.work()).isZero();
        assertThat(road.journal().appends()).isZero();
    }

    @Test
    void aBlockHoldsOneLaneAndTheMostUrgentComesFirst() {
        Road road = Road.open();
        road.offer(Events.of(Lane.STANDARD, 1).build(), Tier.JOURNALED);
        road.offer(Events.of(Lane.ELEVATED, 2).build(), Tier.JOURNALED);
        road.offer(Events.of(Lane.CRITICAL, 3).build(), Tier.JOURNALED);
        road.offer(Events.of(Lane.CRITICAL, 4).build(), Tier.JOURNALED);

        road.settle();

        assertThat(road.journal().blocks())
                .extracting(BlockInfo::lane)
                .containsExactly(Lane.CRITICAL, Lane.ELEVATED, Lane.STANDARD);
        assertThat(road.journal().blocks()).extracting(BlockInfo::count).containsExactly(2, 1, 1);
        assertThat(road.sink.inOrder())
                .extracting(Answer::lane)
                .containsExactly(Lane.CRITICAL, Lane.CRITICAL, Lane.ELEVATED, Lane.STANDARD);
    }

    @Test
    void contract5_aCriticalEventWaitsForAtMostOneLowerBlockUnderFullLoad() {
        Road road = Road.open(Road.config(2, 4, 4));
        long id = 0;
        int lowerInARow = 0;
        for (int cycle = 0; cycle < 200; cycle++) {
            for (Lane lane : Lane.values()) {
                road.offer(Events.of(lane, id++).build(), Tier.JOURNALED);
            }
            road.work();
            Lane written = road.journal().block(road.journal().blockCount() - 1).lane();
            lowerInARow = written == Lane.CRITICAL ? 0 : lowerInARow + 1;
            assertThat(lowerInARow).as("block %d", cycle).isLessThanOrEqualTo(1);
        }
        assertThat(road.journal().blocks()).extracting(BlockInfo::lane).contains(Lane.STANDARD, Lane.ELEVATED);
    }

    /** Neighbours with one time of reading are recorded together: each of them counts all the same. */
    @Test
    void theLatencyOfEveryEventIsRecorded() {
        Road road = Road.open();
        long id = 0;
        for (int ofOneTick : new int[] {3, 1, 2}) {
            for (int i = 0; i < ofOneTick; i++) {
                road.offer(Events.standard(id++).build(), Tier.JOURNALED);
            }
            road.clock.advanceMs(10);
        }
        road.work();

        Histogram latencies = LatencyRecorder.newHistogram();
        road.pipeline.shards().get(0).latencies().journaled(Lane.STANDARD).drainTo(latencies);
        assertThat(latencies.getTotalCount()).isEqualTo(6);
        assertThat(List.of(9L, 10L, 19L, 20L, 29L, 30L))
                .extracting(ms -> latencies.getCountBetweenValues(0, ms * 1_000_000 + 500_000))
                .containsExactly(0L, 2L, 2L, 3L, 3L, 6L);
    }

    @Test
    void aBlockTakesAThousandEventsAndNotOneMore() {
        Road road = Road.open(Road.config(2, 2, 2048));
        for (int i = 0; i < Block.MAX_EVENTS + 1; i++) {
            road.offer(Events.standard(i).build(), Tier.JOURNALED);
        }
        road.settle();

        assertThat(road.journal().blocks()).extracting(BlockInfo::count).containsExactly(1000, 1);
    }

    @ParameterizedTest(name = "{0} bytes beyond 256 KiB")
    @ValueSource(ints = {0, 1})
    void aBlockTakes256KiBAndNotOneByteMore(int beyond) {
        Road road = Road.open(Road.config(2, 2, 64, 64 << 20));
        int stamp = "192.0.2.7:4711".length();
        int each = 65_536 - Integer.BYTES - stamp;
        for (int i = 0; i < 3; i++) {
            road.offer(Events.ofSuppliedBytes(i, each), Tier.JOURNALED);
        }
        road.offer(Events.ofSuppliedBytes(3, each + beyond), Tier.JOURNALED);
        road.settle();

        if (beyond == 0) {
            assertThat(road.journal().blocks()).extracting(BlockInfo::count).containsExactly(4);
            assertThat(road.journal().block(0).lengthBytes()).isEqualTo(Block.ENVELOPE_BYTES + Block.MAX_PAYLOAD_BYTES);
        } else {
            assertThat(road.journal().blocks()).extracting(BlockInfo::count).containsExactly(3, 1);
        }
    }

    @Test
    void aBlockThatFillsTooSlowlyEndsAfterAHundredMilliseconds() {
        Road road = Road.open(Road.config(2, 2, 256));
        for (int i = 0; i < 200; i++) {
            road.offer(Events.standard(i).build(), Tier.JOURNALED);
        }
        road.clock.stepNs(100_000_000);
        road.work();
        assertThat(road.journal().block(0).count()).isEqualTo(64);

        road.clock.stepNs(99_999_999);
        road.work();
        assertThat(road.journal().block(1).count()).isEqualTo(128);
    }

    @Test
    void aBlockKnowsItsTimesEpochAndFirstSequence() {
        Road road = Road.open();
        road.offer(Events.standard(1).timeNs(50).build(), Tier.JOURNALED);
        road.settle();
        road.offer(Events.standard(2).timeNs(-70).build(), Tier.JOURNALED);
        road.offer(Events.standard(3).timeNs(99).build(), Tier.JOURNALED);
        road.settle();

        assertThat(road.journal().block(1).firstSequence()).isEqualTo(1);
        assertThat(road.journal().block(1).minTimeNs()).isEqualTo(-70);
        assertThat(road.journal().block(1).maxTimeNs()).isEqualTo(99);
        assertThat(road.journal().block(1).epoch()).isEqualTo(1);
        assertThat(road.listener.journaled).isEqualTo(road.journal().blocks());
    }

    @Test
    void contract1_theReceiptComesAfterTheAppendAndTheForceThatItNames() {
        Road road = Road.open();
        int accepted = road.offer(Events.standard(1).build(), Tier.ACCEPTED);
        int journaled = road.offer(Events.standard(2).build(), Tier.JOURNALED);
        int synced = road.offer(Events.standard(3).build(), Tier.SYNCED);

        assertThat(road.answer(accepted).tier()).isEqualTo(Tier.ACCEPTED);
        assertThat(road.answer(accepted).sequence()).isEqualTo(-1);
        assertThat(road.answer(accepted).incarnation()).isZero();
        assertThat(road.answer(journaled)).isNull();
        assertThat(road.answer(synced)).isNull();

        road.journal().holdForces();
        road.journal().letForceGo();
        road.work();

        Answer first = road.answer(journaled);
        assertThat(first.tier()).isEqualTo(Tier.JOURNALED);
        assertThat(first.sequence()).isEqualTo(1);
        assertThat(first.incarnation()).isEqualTo(1);
        assertThat(first.id()).isEqualTo(Events.id(2));
        assertThat(first.duplicate()).isFalse();
        assertThat(road.answer(synced).tier()).isEqualTo(Tier.SYNCED);
        assertThat(road.answer(synced).sequence()).isEqualTo(2);
        assertThat(road.journal().forcedBlocks()).containsExactly(1);
        assertThat(road.sink.unflushed()).isEmpty();
        assertThat(road.sink.count()).isEqualTo(3);
    }

    @ParameterizedTest(name = "{1}, remains {0}")
    @MethodSource("waysToFail")
    void contract1_aFailedAppendLeavesTheOutcomeUnknownAndEndsTheShard(Remains remains, Throwable failure) {
        Road road = Road.open();
        int before = road.offer(Events.standard(1).build(), Tier.JOURNALED);
        road.work();
        road.journal().failAppend(1, failure, remains);
        int accepted = road.offer(Events.standard(2).build(), Tier.ACCEPTED);
        int journaled = road.offer(Events.standard(3).build(), Tier.JOURNALED);
        int synced = road.offer(Events.standard(4).build(), Tier.SYNCED);
        int joined = road.offer(Events.standard(4).build(), Tier.JOURNALED);
        int otherLane = road.offer(Events.of(Lane.ELEVATED, 50).build(), Tier.SYNCED);
        road.settle();
        int later = road.offer(Events.standard(5).build(), Tier.JOURNALED);
        road.settle();

        assertThat(road.answer(before).tier()).isEqualTo(Tier.JOURNALED);
        assertThat(road.answer(accepted).isReceipt()).isTrue();
        // The elevated lane is first: its block is the one that fails, the others were never written.
        assertThat(road.answer(otherLane).reason()).isEqualTo(RefusalReason.OUTCOME_UNKNOWN);
        assertThat(road.answer(otherLane).id()).isEqualTo(Events.id(50));
        for (int index : new int[] {journaled, synced, joined, later}) {
            assertThat(road.answer(index).reason()).as("event %d", index).isEqualTo(RefusalReason.UNAVAILABLE);
        }
        assertThat(road.journal().appends()).isEqualTo(2);
        assertThat(road.pipeline.shards().get(0).health().state()).isEqualTo(ShardState.FAILED);
        assertThat(road.pipeline.shards().get(0).health().cause()).isSameAs(failure);
        assertThat(road.imbalances()).isEmpty();
        assertThat(road.pipeline.ledger().total(LaneCounters::inFlight)).isZero();
        assertThat(road.sink.unflushed()).isEmpty();
    }

    @ParameterizedTest(name = "{1}, remains {0}")
    @MethodSource("waysToFail")
    void contract1_everyoneOfAFailedBlockIsToldTheSameAndARetryAfterTheStartSettlesIt(
            Remains remains, Throwable failure) {
        Road road = Road.open();
        road.journal().failAppend(1, failure, remains);
        AuditEvent event = Events.standard(1).build();
        int first = road.offer(event, Tier.SYNCED);
        int joinedSynced = road.offer(event, Tier.SYNCED);
        int joinedJournaled = road.offer(event, Tier.JOURNALED);
        road.settle();
        for (int index : new int[] {first, joinedSynced, joinedJournaled}) {
            assertThat(road.answer(index).reason()).isEqualTo(RefusalReason.OUTCOME_UNKNOWN);
            assertThat(road.answer(index).id()).isEqualTo(event.id());
        }
        assertThat(road.pipeline.ledger().total(counters -> counters.refused(RefusalReason.OUTCOME_UNKNOWN)))
                .isEqualTo(3);
        assertThat(road.imbalances()).isEmpty();

        Road next = road.restarted();
        int retry = next.offer(event, Tier.SYNCED);
        next.settle();

        assertThat(next.answer(retry).isReceipt()).isTrue();
        assertThat(next.answer(retry).duplicate()).isEqualTo(remains == Remains.THE_BLOCK);
        assertThat(next.answer(retry).incarnation()).isEqualTo(remains == Remains.THE_BLOCK ? 1 : 2);
        assertThat(next.journal().events()).hasSize(1);
    }

    @Test
    void contract1_aFailedAppendEndsSyncedForWhatWasOnlyJournaled() {
        Road road = Road.open();
        road.offer(Events.standard(1).build(), Tier.JOURNALED);
        road.work();
        int waiting = road.offer(Events.standard(2).build(), Tier.SYNCED);
        road.work();
        assertThat(road.answer(waiting)).as("the forces are 1 ms apart").isNull();
        road.journal().failAppend(1, new IOException("disk"), Remains.NOTHING);
        int failing = road.offer(Events.standard(3).build(), Tier.SYNCED);
        road.settle();

        assertThat(road.answer(waiting).reason()).isEqualTo(RefusalReason.OUTCOME_UNKNOWN);
        assertThat(road.answer(failing).reason()).isEqualTo(RefusalReason.OUTCOME_UNKNOWN);
        assertThat(road.pipeline.shards().get(0).frontier().synced()).isEqualTo(0);
    }

    @Test
    void aListenerThatFailsLeavesTheOutcomeUnknownAndNothingIsWrittenTwice() {
        Road road = Road.open();
        road.listener.journaledFailure = new IllegalStateException("index");
        int index = road.offer(Events.standard(1).build(), Tier.JOURNALED);
        road.settle();

        assertThat(road.answer(index).reason()).isEqualTo(RefusalReason.OUTCOME_UNKNOWN);
        assertThat(road.journal().events()).hasSize(1);
        assertThat(road.pipeline.shards().get(0).health().state()).isEqualTo(ShardState.FAILED);
    }

    @Test
    void aSinkThatThrowsHarmsNobodyElse() {
        Road road = Road.open();
        io.evident.pipeline.receipt.ReceiptSink broken = new BrokenSink();
        for (Tier tier : List.of(Tier.JOURNALED, Tier.SYNCED)) {
            road.pipeline
                    .intake()
                    .offer(
                            road.intake,
                            Events.view(Events.standard(90 + tier.ordinal()).build()),
                            tier,
                            0,
                            1,
                            broken,
                            0);
            // A duplicate that joins, from the same broken connection.
            road.pipeline
                    .intake()
                    .offer(
                            road.intake,
                            Events.view(Events.standard(90 + tier.ordinal()).build()),
                            tier,
                            0,
                            1,
                            broken,
                            1);
        }
        int good = road.offer(Events.standard(2).build(), Tier.JOURNALED);
        int synced = road.offer(Events.standard(3).build(), Tier.SYNCED);
        road.settle();

        assertThat(road.answer(good).tier()).isEqualTo(Tier.JOURNALED);
        assertThat(road.answer(synced).tier()).isEqualTo(Tier.SYNCED);
        assertThat(road.journal().events()).hasSize(4);
        assertThat(road.pipeline.shards().get(0).health().state()).isEqualTo(ShardState.OPEN);
    }

    private static final class BrokenSink implements io.evident.pipeline.receipt.ReceiptSink {
        @Override
        public void receipt(
                int index,
                long idHigh,
                long idLow,
                int shard,
                int incarnation,
                long sequence,
                Tier tier,
                Lane lane,
                boolean duplicate) {
            throw new IllegalStateException("this test's sink is broken on purpose");
        }

        @Override
        public void refusal(int index, long idHigh, long idLow, io.evident.event.Refusal refusal) {
            throw new IllegalStateException("this test's sink is broken on purpose");
        }

        @Override
        public void flush() {
            throw new AssertionError("this test's sink is broken on purpose");
        }
    }

    @Test
    void theWriterWaitsWhileAllBatchesWaitForAForceAndGoesOnAfterwards() {
        Road road = Road.open(Road.config(2, 2, 256));
        road.offer(Events.standard(0).build(), Tier.SYNCED);
        road.work();
        // From here on the clock stands still, so no force is due; each cycle writes one block of one event.
        int offered = 1;
        for (; offered <= 70; offered++) {
            road.offer(Events.standard(offered).build(), Tier.SYNCED);
            road.work();
        }
        assertThat(road.journal().blockCount())
                .as("the first, and one for each of 64 batches")
                .isEqualTo(65);
        assertThat(road.sink.count()).isEqualTo(1);
        assertThat(road.pipeline.shards().get(0).lanes().depth()).isEqualTo(6);

        road.settle();

        assertThat(road.sink.count()).isEqualTo(71);
        assertThat(road.journal().events()).hasSize(71);
    }

    @Test
    void contract4_sequencesAreDenseAndKeepTheOrderOfALane() {
        Road road = Road.open(Road.config(4, 4, 4));
        List<Integer> standard = new ArrayList<>();
        long id = 0;
        for (int i = 0; i < 60; i++) {
            // Some refused for a full lane, some duplicates, some invalid: none of them takes a sequence.
            standard.add(road.offer(Events.standard(id).build(), Tier.JOURNALED));
            road.offer(Events.standard(id++).build(), Tier.JOURNALED);
            road.offer(Events.of(Lane.CRITICAL, 10_000 + i).build(), Tier.SYNCED);
            road.offer(Events.standard(7).attributes("{\"other\":1}").build(), Tier.JOURNALED);
            if (i % 7 == 0) {
                road.settle();
            }
        }
        road.settle();

        long previous = -1;
        for (int index : standard) {
            if (road.answer(index).isReceipt()) {
                assertThat(road.answer(index).sequence()).isGreaterThan(previous);
                previous = road.answer(index).sequence();
            }
        }
        assertThat(road.sink.inOrder()).extracting(Answer::reason).contains(RefusalReason.LANE_FULL);
        assertThat(road.journal().events().keySet())
                .containsExactlyElementsOf(java.util.stream.LongStream.range(
                                0, road.journal().events().size())
                        .boxed()
                        .toList());
        assertThat(road.imbalances()).isEmpty();
    }
}
